/** Every address of the page is built here. */
export const paths = {
  overview: () => "/overview",
  ingest: () => "/ingest",
  runs: () => "/runs",
  run: (id: string) => `/runs/${id}`,
  calendar: () => "/calendar",
  alerts: () => "/alerts",
  videos: (channel?: string) => (channel ? `/videos?channel=${channel}` : "/videos"),
  video: (id: string) => `/videos/${id}`,
  channels: () => "/channels",
  channel: (id: string) => `/channels/${id}`,
  signIn: (next?: string) => (next && next !== "/" && next !== "/runs" ? `/sign-in?next=${encodeURIComponent(next)}` : "/sign-in"),
  register: () => "/register",
  forgotPassword: () => "/forgot-password",
  setUp: () => "/set-up",
  profile: () => "/profile",
  trailOf: (table: string, row: string) => `/administration/audit?${new URLSearchParams({ table, row })}`,
  administration: (part: "users" | "permissions" | "audit" | "flags" | "settings" | "emails" | "database" | "quota" = "users") =>
    `/administration/${part}`,
};
