/** The run tags that mean something; see docs/howto/limits.md and retries.md. */
export interface KnownTag {
  name: string;
  about: string;
  example: string;
}

export const KNOWN_TAGS: readonly KnownTag[] = [
  { name: "atoll/priority", about: "Runs with a higher one go first", example: "10" },
  { name: "atoll/max_runtime", about: "How long the run may take", example: "30m" },
  { name: "atoll/max_retries", about: "How often it is launched anew when it fails", example: "2" },
  {
    name: "atoll/retry_strategy",
    about: "What a retry makes again",
    example: "FROM_FAILURE",
  },
  {
    name: "atoll/retry_on_asset_or_op_failure",
    about: "Whether to retry where steps failed by themselves, too",
    example: "true",
  },
];
