/** Where to after signing in: the page that led here, when it is one of ours. */

const HOME = '/desk';

export function nextPage(search: string): string {
  const wanted = new URLSearchParams(search).get('next') ?? HOME;
  // One slash and no backslash: "//elsewhere" and "/\elsewhere" are other sites to a browser.
  return /^\/(?![/\\])[\w/-]*$/.test(wanted) ? wanted : HOME;
}
