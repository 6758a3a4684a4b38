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
    const { type, name, value } = event.target;
    if (type !== "checkbox") return;
    sessionStorage.setItem("chosen", JSON.stringify([name, value]));
    form.requestSubmit();
  });
  // What is empty, and what only searches the facets, has no place in the address of the list.
  form.addEventListener("submit", () => {
    for (const field of form.elements) field.disabled = field.type === "search" || (field.type === "text" && !field.value);
  });
  addEventListener("pageshow", () => { for (const field of form.elements) field.disabled = false; });
  for (const button of form.querySelectorAll("button[data-last]")) button.hidden = true;
  // Choices are asked at once, so what is left to do on a phone is to look at what they found.
  const done = form.querySelector(".facets-done");
  if (done) {
    done.hidden = false;
    done.addEventListener("click", () => { done.closest("details").open = false; });
  }
  const [name, value] = JSON.parse(sessionStorage.getItem("chosen") ?? "[]");
  sessionStorage.removeItem("chosen");
  const box = name && [...form.elements].find((element) => element.name === name && element.value === value);
  if (box) {
    const narrow = !matchMedia("(min-width: 900px)").matches;
    for (let fold = box.closest("details.unfold"); narrow && fold; fold = fold.parentElement.closest("details.unfold")) fold.open = true;
    box.focus({ preventScroll: false });
  }
}

// Folded parts that wide screens show always, for browsers that cannot do so by style alone.
if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 900px)").matches) {
  for (const fold of document.querySelectorAll("details.unfold")) fold.open = true;
}

// The field that searches the values of a facet asks while one types; the rest of the page stays as it is.
for (const field of document.querySelectorAll("input.facet-find")) {
  const facet = field.closest("[data-facet]");
  let timer = 0;
  let asked = field.value;
  const ask = async () => {
    clearTimeout(timer);
    if (asked === field.value) return;
    const text = asked = field.value;
    try {
      const answer = await fetch(`${field.form.action}?${new URLSearchParams(new FormData(field.form))}`);
      if (!answer.ok || asked !== text) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector(`[data-facet="${facet.dataset.facet}"] .facet-found`);
      if (!found) return;
      facet.querySelector(".facet-found").replaceWith(found);
      facet.querySelector("[role=status]").textContent = found.dataset.count;
    } catch { /* the form still works without */ }
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 250); });
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); ask(); } });
}
