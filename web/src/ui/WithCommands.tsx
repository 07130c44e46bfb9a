import { Monospace } from "./Monospace";

/** A sentence of the server's, with its commands as commands. */
export function WithCommands({ children }: { children: string }) {
  return (
    <span style={{ whiteSpace: "pre-line", overflowWrap: "anywhere" }}>
      {children.split("`").map((part, at) => (at % 2 ? <Monospace key={at}>{part}</Monospace> : part))}
    </span>
  );
}
