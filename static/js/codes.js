// A field of several arXiv categories: the datalist offers the next one behind those already typed.

function offer(field) {
  const list = field.list;
  if (!list) return;
  const typed = field.value.slice(0, field.value.search(/[^\s,;]*$/));
  for (const option of list.options) {
    option.dataset.code ??= option.value;
    option.value = typed + option.dataset.code;
  }
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-codes]")) offer(event.target);
});
