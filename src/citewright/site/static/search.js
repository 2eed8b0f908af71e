// The search page: asks the index that Pagefind made, and shows what it gives as text.
const form = document.querySelector("form.search");
const field = form.querySelector("input");
const said = document.querySelector("#found");
const list = document.querySelector("#results");
const MOST = 20;

// Pagefind marks the words it found with <mark>, and has escaped the rest.
function excerpt(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const p = document.createElement("p");
  for (const node of parsed.body.childNodes) {
    const marked = node.nodeName === "MARK";
    const piece = marked ? document.createElement("mark") : document.createTextNode("");
    piece.textContent = node.textContent;
    p.append(piece);
  }
  return p;
}

function item(found) {
  const li = document.createElement("li");
  const link = document.createElement("a");
  link.href = found.url;
  link.textContent = found.meta.title;
  const heading = document.createElement("h2");
  heading.append(link);
  li.append(heading, excerpt(found.excerpt));
  return li;
}

async function search(words) {
  said.textContent = "Searching …";
  list.replaceChildren();
  try {
    const pagefind = await import(new URL("../pagefind/pagefind.js", import.meta.url).href);
    const answer = await pagefind.search(words);
    const shown = await Promise.all(answer.results.slice(0, MOST).map((one) => one.data()));
    const count = answer.results.length;
    const more = count > MOST ? `; the first ${MOST} are shown` : "";
    said.textContent = `${count} ${count === 1 ? "article" : "articles"} for “${words}”${more}`;
    list.replaceChildren(...shown.map(item));
  } catch (error) {
    said.textContent = "The search index could not be read. It works only where this site is served over HTTP.";
    throw error;
  }
}

const words = new URLSearchParams(location.search).get("q");
if (words && words.trim()) {
  field.value = words;
  search(words);
}
