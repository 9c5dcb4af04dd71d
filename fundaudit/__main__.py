"""`python -m fundaudit` is the console script."""

from fundaudit.cli import main

if __name__ == "__main__":
    main()
