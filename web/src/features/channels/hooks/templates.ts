import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, onlyIf, type Persona, type Tagged, type TemplateBody, type TemplateRow, unwrap, unwrapTagged } from "../../../api/client";

type Brand = Persona["brand"];
type Transition = Brand["transitions"][number];
const KEY = ["templates"];

export const LIMITS = { script_template: 2000, seconds: [10, 900] } as const;

export const templatesQuery = () => queryOptions({ queryKey: KEY, queryFn: () => unwrap(api.GET("/api/v1/templates")) });

/** The version that a dialog edits: read anew each time that it opens, and kept as it is until it closes. */
export const templateQuery = (id: string) =>
  queryOptions({
    queryKey: ["template", id],
    staleTime: Infinity,
    gcTime: 0,
    queryFn: () => unwrapTagged(api.GET("/api/v1/templates/{template_id}", { params: { path: { template_id: id } } })),
  });

/** Makes a template, or replaces the version that `row` is. */
export function useSaveTemplate() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ body, row }: { body: TemplateBody; row: Tagged<TemplateRow> | null }): Promise<Tagged<TemplateRow>> =>
      row
        ? unwrapTagged(
            api.PUT("/api/v1/templates/{template_id}", {
              params: { path: { template_id: row.id } },
              headers: onlyIf(row.etag),
              body,
            }),
          )
        : unwrapTagged(api.POST("/api/v1/templates", { body })),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

export function useDeleteTemplate() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE("/api/v1/templates/{template_id}", { params: { path: { template_id: id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

/** What the form holds: empty where the template sets nothing. The names are the API's, so that its errors find their fields. */
export interface TemplateValues {
  name: string;
  title: string;
  description: string;
  tags: string[];
  shared: boolean;
  niche: string;
  style: string;
  seconds: number | null;
  retention_target: number | null;
  engagement_target: number | null;
  script_template: string;
  voice_settings: {
    engine: Persona["voice"]["engine"] | "";
    voice: string;
    words_per_minute: number | null;
    pitch: number | null;
    style: number | null;
  };
  visual_settings: { accent: string; family: Brand["family"] | ""; motif: Brand["motif"] | ""; transitions: (Transition | "")[] };
}

/** Where a new template begins. */
const PLAIN: Pick<TemplateRow, "name" | "title" | "description" | "tags" | "shared"> = {
  name: "",
  title: "{title}",
  description: "{summary}\n\n{credits}",
  tags: [],
  shared: false,
};

export function valuesOf(row: TemplateRow | null): TemplateValues {
  const { name, title, description, tags, shared } = row ?? PLAIN;
  const voice = row?.voice_settings;
  const visual = row?.visual_settings;
  return {
    name,
    title,
    description,
    tags,
    shared,
    niche: row?.niche ?? "",
    style: row?.style ?? "",
    seconds: row?.seconds ?? null,
    retention_target: row?.retention_target ?? null,
    engagement_target: row?.engagement_target ?? null,
    script_template: row?.script_template ?? "",
    voice_settings: {
      engine: voice?.engine ?? "",
      voice: voice?.voice ?? "",
      words_per_minute: voice?.words_per_minute ?? null,
      pitch: voice?.pitch ?? null,
      style: voice?.style ?? null,
    },
    visual_settings: {
      accent: visual?.accent ?? "",
      family: visual?.family ?? "",
      motif: visual?.motif ?? "",
      transitions: visual?.transitions ?? ["", ""],
    },
  };
}

/** What is sent: null where nothing is set. */
export function bodyOf({ voice_settings: voice, visual_settings: visual, ...given }: TemplateValues): TemplateBody {
  const [first, second] = visual.transitions;
  return {
    ...given,
    niche: given.niche.trim() || null,
    style: given.style.trim() || null,
    script_template: given.script_template.trim() || null,
    voice_settings: { ...voice, engine: voice.engine || null, voice: voice.voice.trim() || null },
    visual_settings: {
      accent: visual.accent.trim() || null,
      family: visual.family || null,
      motif: visual.motif || null,
      transitions: first && second ? [first, second] : null,
    },
  };
}
