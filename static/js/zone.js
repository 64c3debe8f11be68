// Fills a field of time zones with the browser's own, as long as nothing but UTC, the default, stands there.

const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const field of document.querySelectorAll("[data-zone]")) {
  if (!mine || (field.value && field.value !== "UTC")) continue;
  if (field.matches("select") && ![...field.options].some((option) => option.value === mine)) continue;
  field.value = mine;
}
