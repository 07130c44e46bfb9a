import { useQuery } from "@tanstack/react-query";
import { SandboxChip } from "../../../ui/SandboxChip";
import { useSeen } from "../../../ui/useSeen";
import { connectionQuery } from "../hooks/connection";

/** Says "sandbox" where the channel is connected to the sandbox's. The list does not say it, so each row that is looked at asks. */
export function SandboxMark({ id }: { id: string }) {
  const { ref, seen } = useSeen<HTMLSpanElement>();
  const found = useQuery({ ...connectionQuery(id), enabled: seen, staleTime: 60_000 });
  return <span ref={ref}>{found.data?.is_sandbox && <SandboxChip />}</span>;
}
