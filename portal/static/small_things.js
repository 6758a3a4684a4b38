// Small conveniences. Every page is complete without them.

// A button that copies a command.
for (const block of document.querySelectorAll("pre[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = block.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent);
    button.textContent = block.dataset.copied;
    setTimeout(() => { button.textContent = block.dataset.copy; }, 2000);
  });
  block.parentElement.append(button);
}

// A choice among facets is asked at once, and the reader stays where they were.
for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.addEventListener("change", (event) => {
    if (event.target.type !== "checkbox") return;
    sessionStorage.setItem("chosen", `${event.target.name}=${event.target.value}`);
    form.requestSubmit();
  });
  for (const button of form.querySelectorAll("button[type=submit]")) button.hidden = true;
  const [name, value] = (sessionStorage.getItem("chosen") ?? "").split("=");
  sessionStorage.removeItem("chosen");
  const box = name && [...form.elements].find((element) => element.name === name && element.value === value);
  if (box) {
    const fold = box.closest("details.unfold");
    if (fold && !matchMedia("(min-width: 900px)").matches) fold.open = true;
    box.focus({ preventScroll: false });
  }
}

// Folded parts that wide screens show always, for browsers that cannot do so by style alone.
if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 900px)").matches) {
  for (const fold of document.querySelectorAll("details.unfold")) fold.open = true;
}

// A box that narrows a long list of facet values, with or without accents.
const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");
for (const group of document.querySelectorAll("details[data-filter]")) {
  const input = document.createElement("input");
  input.type = "search";
  input.className = "facet-filter";
  input.placeholder = group.dataset.filter;
  input.setAttribute("aria-label", group.dataset.filter);
  input.addEventListener("input", () => {
    const wanted = fold(input.value);
    for (const item of group.querySelectorAll("li")) item.hidden = !fold(item.textContent).includes(wanted);
  });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  group.querySelector("ul").before(input);
}
