import createClient from "openapi-fetch";
import { useSession } from "../stores/session";
import type { components, paths } from "./schema.gen";
import { keepSignedIn } from "./session";

type Schemas = components["schemas"];
/** As the client reads an answer: a pair is a list to it. */
type Plain<T> = T extends readonly (infer One)[] ? Plain<One>[] : T extends object ? { [Name in keyof T]: Plain<T[Name]> } : T;
export type Run = Schemas["RunOut"];
export type ListedRun = Schemas["ListedRun"];
export type Step = Schemas["StepOut"];
export type Video = Schemas["VideoOut"];
export type Channel = Plain<Schemas["ChannelOut"]>;
export type LogEntry = Schemas["LogEntry"];
export type NewRun = Schemas["NewRun"];
export type Options = Schemas["Options"];
export type CurrentUser = Schemas["CurrentUserOut"];
export type OwnSession = Schemas["SessionOut"];
export type ApiKey = Schemas["ApiKeyOut"];
export type CreatedApiKey = Schemas["CreatedApiKey"];
export type NewApiKey = Schemas["NewApiKey"];
export type User = Schemas["UserOut"];
export type UserChange = Schemas["UserChange"];
export type Invitation = Schemas["Invitation"];
export type Permission = Schemas["PermissionOut"];
export type UserRef = Schemas["UserRef"];
export type Flag = Schemas["FlagOut"];
export type FlagBody = Schemas["FlagBody"];
export type Setting = Schemas["Setting"];
export type Change = Schemas["ChangeOut"];
export type Email = Schemas["EmailOut"];
export type Notification = Schemas["NotificationOut"];
export type Version = Schemas["VersionOut"];
export type VideoEdit = Schemas["VideoEdit"];
export type ListedChannel = Plain<Schemas["ListedChannel"]>;
export type Strategy = Schemas["Strategy"];
export type ChannelChange = Schemas["ChannelChange"];
export type NewChannel = Schemas["NewChannel"];
export type PersonaRow = Plain<Schemas["PersonaOut"]>;
export type Persona = Plain<Schemas["Persona"]>;
export type TemplateRow = Plain<Schemas["TemplateOut"]>;
export type TemplateBody = Schemas["TemplateBody"];
export type Voice = Schemas["VoiceOut"];
export type VoiceList = Schemas["VoiceList"];
export type DatabaseHealth = Schemas["DatabaseHealth"];
export type Alert = Schemas["AlertOut"];
export type AlertRule = Schemas["AlertRuleOut"];
export type NotificationPreferences = Schemas["NotificationPreferences"];
export type Finding = Schemas["FindingOut"];
export type MaintenanceTask = Schemas["TaskOut"];
export type DatabaseTable = Schemas["TableOut"];
export type SearchHit = Schemas["SearchHitOut"];
export type LiveMetrics = Schemas["LiveMetrics"];
export type LiveVideo = Schemas["LiveVideo"];
export type Metrics = Schemas["Metrics"];
export type DayMetrics = Schemas["DayMetrics"];
export type Overview = Schemas["Overview"];
export type RankedChannel = Schemas["RankedChannel"];
export type IngestHealth = Schemas["HealthOut"];
export type Batch = Schemas["BatchOut"];
export type QuarantinedLine = Schemas["LineOut"];
export type Difference = Schemas["DifferenceOut"];
export type Connection = Schemas["ConnectionOut"];
export type Automation = Schemas["AutomationOut"];
export type AutomationChange = Schemas["AutomationChange"];
export type ProjectQuota = Schemas["ProjectQuotaOut"];
export type Bucket = Schemas["BucketOut"];
export type CompleteUpload = Schemas["CompleteUploadOut"];
export type Calendar = Schemas["CalendarOut"];
export type CalendarChannel = Schemas["CalendarChannel"];
export type CalendarEntry = Schemas["CalendarEntryOut"];
export type CalendarSlot = Schemas["CalendarSlot"];
export type CalendarConflict = Schemas["CalendarConflict"];
export type CalendarQuota = Schemas["CalendarQuota"];
export type CalendarQuotaDay = Schemas["CalendarQuotaDay"];
export type NewPublication = Schemas["NewPublication"];
export type BacklogVideo = Schemas["BacklogVideoOut"];
export type Publication = Schemas["PublicationOut"];
export type RemoteEdit = Schemas["RemoteEditOut"];
export type PublicationEdit = Schemas["PublicationEditOut"];
export type PublicationUpdate = Schemas["PublicationUpdate"];
export type VideoMetrics = Schemas["VideoMetricsOut"];
export type VideoCollection = Schemas["VideoCollectionOut"];
export type ChannelCollection = Schemas["ChannelCollectionOut"];
export type Gap = Schemas["GapOut"];
export type Reconciliation = Schemas["ReconciliationOut"];
type Problem = Schemas["Problem"];

export const api = createClient<paths>({
  baseUrl: "/",
  fetch: keepSignedIn(
    (request) => globalThis.fetch(request),
    (why) => useSession.getState().end(why),
  ),
});

export interface RefusedField {
  path: string[];
  message: string;
}

/** An answer that is a problem, or no answer at all, in words for a person. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string | undefined,
    readonly requestId: string | undefined,
    /** By their names the ids of what the sentence is about. */
    readonly refersTo: Record<string, string> = {},
    /** Where it names fields of what was sent: each with what is wrong with it. */
    readonly fields: RefusedField[] = [],
  ) {
    super(message);
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer, or an ApiError. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await settled(call);
  return answer.data as T;
}

/** What somebody read, with the tag by which the server knows whether it is still the present version. */
export type Tagged<T> = T & { etag: string };

export async function unwrapTagged<T extends object>(call: Promise<Answer<T | null>>): Promise<Tagged<T>> {
  const answer = await settled(call);
  if (answer.data === null) throw new Error("It no longer exists.");
  return { ...(answer.data as T), etag: answer.response.headers.get("ETag") ?? "" };
}

/** Said with a change: only of the version that was seen. */
export const onlyIf = (etag: string): Record<string, string> => (etag ? { "If-Match": etag } : {});

/** For calls that answer with nothing but that it is done. */
export async function done(call: Promise<Answer<unknown>>): Promise<void> {
  await settled(call);
}

async function settled<T>(call: Promise<Answer<T>>): Promise<Answer<T>> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch {
    throw new ApiError(0, "no_answer", "Cannot reach the server.", "Is it running? Start it with `ytempire up`.", undefined);
  }
  if (answer.response.ok) return answer;
  const problem = answer.error as Partial<Problem> | undefined;
  throw new ApiError(
    answer.response.status,
    problem?.code ?? "unknown",
    problem?.detail ?? `The server answered with status ${answer.response.status}.`,
    problem?.hint ?? undefined,
    problem?.request_id,
    problem?.refers_to ?? {},
    refusedFields(problem?.errors),
  );
}

/** Of the fields that a problem names, those of the body. */
export function refusedFields(errors: Problem["errors"]): RefusedField[] {
  return (errors ?? []).flatMap(({ loc, msg }) => {
    if (!Array.isArray(loc) || loc[0] !== "body" || loc.length < 2 || typeof msg !== "string") return [];
    return [{ path: loc.slice(1).map(String), message: `${msg.replace(/[.]$/, "")}.` }];
  });
}
