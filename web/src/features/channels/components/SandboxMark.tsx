import { useQuery } from "@tanstack/react-query";
import { SandboxChip } from "../../../ui/SandboxChip";
import { connectionQuery } from "../hooks/connection";

/** Says "sandbox" where the channel is connected to the sandbox's. */
export function SandboxMark({ id }: { id: string }) {
  return useQuery(connectionQuery(id)).data?.is_sandbox ? <SandboxChip /> : null;
}
