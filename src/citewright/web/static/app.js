// Keys for reviewers. Everything they do can be done without them.
"use strict";

(() => {
  const changes = () => [...document.querySelectorAll("[data-change]")];
  const here = () => changes().find((one) => one.contains(document.activeElement));

  const go = (step) => {
    const all = changes();
    const at = all.indexOf(here());
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "center" });
    }
  };

  const press = (act) => {
    const button = here()?.querySelector(`button[value="${act}"]`);
    button?.form.requestSubmit(button);
  };

  const reject = () => {
    const field = here()?.querySelector('input[name="reason"]');
    if (!field || !field.form.querySelector('button[value="reject"]')) return;
    field.dataset.reject = "yes";
    field.focus();
  };

  const keys = {
    j: () => go(1),
    k: () => go(-1),
    a: () => press("accept"),
    r: reject,
    "?": () => document.getElementById("keys")?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (field.matches('input[data-reject="yes"]') && event.key === "Enter") {
      event.preventDefault();
      field.form.requestSubmit(field.form.querySelector('button[value="reject"]'));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || field.matches("input, textarea, select")) return;
    if (document.querySelector("dialog[open]") || !keys[event.key] || !changes().length) return;
    event.preventDefault();
    keys[event.key]();
  });

  document.addEventListener("focusout", (event) => {
    if (event.target.dataset?.reject) delete event.target.dataset.reject;
  });

  // After a decision the page comes back at the change that was decided on.
  const at = document.getElementById(location.hash.slice(1));
  if (at?.matches("[data-change]")) at.focus();
})();
