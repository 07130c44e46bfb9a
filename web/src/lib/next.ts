/** Where to go after a sign-in: a place of this page that the address names, or the beginning. */
export function nextPlace(search: URLSearchParams): string {
  const asked = search.get("next") ?? "/";
  const here = "https://page.invalid";
  // what a browser would read as another site, such as //elsewhere or /\elsewhere, is no place of ours
  if (!asked.startsWith("/") || !URL.canParse(asked, here)) return "/";
  const url = new URL(asked, here);
  if (url.origin !== here || url.pathname.startsWith("//") || url.pathname.startsWith("/sign-in")) return "/";
  return url.pathname + url.search + url.hash;
}
