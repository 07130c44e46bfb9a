import { useQuery } from "@tanstack/react-query";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { connectionQuery } from "../hooks/connection";

/** Says "sandbox" where the channel is connected to the sandbox's. */
export function ChannelSandboxBadge({ id }: { id: string }) {
  return useQuery(connectionQuery(id)).data?.is_sandbox ? <SandboxBadge /> : null;
}
