// Sorting (tablesort) and searching for tables of more than five rows. Without JavaScript every row stands there.
document.querySelectorAll("table.data").forEach(function (table) {
  if (table.tBodies[0].rows.length < 6) return;
  new Tablesort(table);
  var search = document.createElement("input");
  search.type = "search";
  search.className = "search";
  search.placeholder = "在本表中查找";
  search.setAttribute("aria-label", "在本表中查找");
  search.addEventListener("input", function () {
    var wanted = search.value.trim().toLowerCase();
    Array.prototype.forEach.call(table.tBodies[0].rows, function (row) {
      row.hidden = wanted !== "" && row.textContent.toLowerCase().indexOf(wanted) < 0;
    });
  });
  table.parentNode.insertBefore(search, table);
});
