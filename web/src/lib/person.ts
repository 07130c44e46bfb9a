/** How a person is called in a list; somebody who came in by the printed link has neither name nor address yet. */
export const personName = (person: { full_name: string; email: string | null }) => person.full_name || person.email || "Local operator";
