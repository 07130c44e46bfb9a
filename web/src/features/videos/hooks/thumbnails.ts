import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, type Video } from "../../../api/client";

const OWN = "thumbnail-own.jpg";
const of = (id: string) => ({ params: { path: { video_id: id } } });

/** Those that were made, in their order, and the uploaded one last. */
export function picturesOf({ files }: Pick<Video, "files">) {
  return files
    .filter((file) => file.name.startsWith("thumbnail-"))
    .map((file) => ({ file, label: file.name === OWN ? "Your image" : `Thumbnail ${/\d+/.exec(file.name)?.[0]}` }));
}

function useThumbnail<T>(change: (given: T) => Promise<Video>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => queries.invalidateQueries({ queryKey: ["videos"] }) });
}

export const useChooseThumbnail = (id: string) =>
  useThumbnail((name: string) => unwrap(api.PUT("/api/v1/videos/{video_id}/thumbnail", { ...of(id), body: { name } })));

export const useUploadThumbnail = (id: string) =>
  useThumbnail((file: File) =>
    unwrap(
      api.POST("/api/v1/videos/{video_id}/thumbnail", {
        ...of(id),
        body: file as unknown as string,
        bodySerializer: (body) => body,
        headers: { "Content-Type": file.type },
      }),
    ),
  );
