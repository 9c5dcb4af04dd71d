"""The bureau's papers about cases, from the register and the run that lies before it: 底稿, 通知单, 移送, 台账, 案例."""
