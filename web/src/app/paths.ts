/** Every address of the page is built here. */
export const paths = {
  runs: () => "/runs",
  run: (id: string) => `/runs/${id}`,
  videos: () => "/videos",
};
