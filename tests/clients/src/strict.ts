// Compiled, never run: what the types must refuse, and what they must be. A line under "@ts-expect-error"
// that compiles is an error.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Schemas = components["schemas"];
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Labels = { category: Schemas["Category"] | null; priority: Schemas["Priority"] | null };

export const nullableEnums: [
  Same<Schemas["Ticket"]["category"], "billing" | "technical" | "general" | null>,
  Same<Schemas["Ticket"]["priority"], "low" | "medium" | "high" | null>,
  Same<Schemas["Ticket"]["classified_by"], "model" | "local" | "fallback" | "human" | null>,
  // openapi.yaml has these lists more than once: they agree.
  Same<Pick<Schemas["Ticket"], "category" | "priority">, Labels>,
  Same<Pick<Schemas["Classification"], "category" | "priority">, Labels>,
  Same<Schemas["Ticket"]["classified_by"], Schemas["Classification"]["source"] | null>,
] = [true, true, true, true, true, true];

// openapi-fetch infers the type of what it is given, so that a field too many in a body shows only where the
// schema is named.
// @ts-expect-error a misspelt field
export const misspelt: Schemas["NewTicket"] = { title: "Twice", description: "Charged.", created_by: 1 };

const api = createClient<paths>({ baseUrl: "http://localhost" });
const body = { title: "Charged twice", description: "My card was charged twice." };

export async function requests() {
  // @ts-expect-error a path that is not in the contract
  await api.GET("/ticket");
  // @ts-expect-error a method that the path does not have
  await api.PUT("/tickets", { body });
  // @ts-expect-error no body
  await api.POST("/tickets", {});
  // @ts-expect-error no description
  await api.POST("/tickets", { body: { title: "Charged twice" } });
  // @ts-expect-error null is no user
  await api.POST("/tickets", { body: { ...body, createdBy: null } });
  // @ts-expect-error an optional field is absent, not undefined
  await api.POST("/tickets", { body: { ...body, createdBy: undefined } });
  // @ts-expect-error an id is a number
  await api.GET("/tickets/{id}", { params: { path: { id: "1" } } });
  // @ts-expect-error no id
  await api.GET("/tickets/{id}");
  // @ts-expect-error a label off the list
  await api.GET("/tickets", { params: { query: { category: "refund" } } });
  // @ts-expect-error a parameter that the operation does not have
  await api.GET("/users", { params: { query: { category: "billing" } } });
  // @ts-expect-error an edit never clears a label
  await api.PATCH("/tickets/{id}", { params: { path: { id: 1 } }, body: { category: null } });
  // @ts-expect-error confirmed is true or absent
  await api.PATCH("/tickets/{id}", { params: { path: { id: 1 } }, body: { confirmed: false } });
  // @ts-expect-error a flag is no string
  await api.GET("/tickets", { params: { query: { include_total: "yes" } } });
}

export async function answers() {
  const made = await api.POST("/tickets", { body });
  // @ts-expect-error data may be missing until error is ruled out
  made.data.id;
  // @ts-expect-error a status that no ticket has
  if (made.data?.ai_status === "failed") return;
  if (made.error) {
    // @ts-expect-error errors stands in problems about input only
    made.error.errors[0];
    // @ts-expect-error an index may be out of range
    made.error.errors?.[0].field;
    return;
  }
  // @ts-expect-error the category is null before the first verdict
  made.data.category.length;
  // @ts-expect-error the confidence is null before the first verdict
  made.data.ai_confidence.toFixed(2);
  // @ts-expect-error the creator in an answer is created_by
  made.data.createdBy;

  const page = await api.GET("/tickets");
  // @ts-expect-error the list may be empty
  page.data?.data[0].id;
  // @ts-expect-error there is no total unless it was asked for
  page.data?.pagination.total.toFixed();

  const gone = await api.DELETE("/users/{id}", { params: { path: { id: 1 } } });
  // @ts-expect-error 204 has no body
  gone.data?.id;
}
