/** One right of a step. */
export interface Right {
  action: string;
  /** ARN with the CAPITAL words of `Place` to be filled in, or `*` where IAM knows nothing narrower. */
  resource: string;
  /** What the step does with it. */
  why: string;
  /** When; undefined: in every run. */
  when?: string;
  /** The service a role may be handed to, for iam:PassRole; several where its name differs by partition. */
  passedTo?: string | readonly string[];
  /** Only resources that CloudFormation has tagged as the stack's: for those whose names it makes up. */
  ofStack?: true;
  /** The call of the kit for which AWS asks for this too, where it is no call of its own. */
  beside?: string;
}
