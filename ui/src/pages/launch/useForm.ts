import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useReducer, useRef } from "react";
import { stringifySearch } from "@/app/address";
import { addressOf, type Change, EMPTY, type Form, formOf, reduce } from "./form";
import { keepWritten, writtenAt } from "./kept";
import type { Search } from "./search";

/** Browsers and proxies take addresses of this length; a longer form is only kept in the tab. */
const MOST_CHARS = 2_000;

/**
 * The form, which the address and this tab's storage hold as well: loading the page anew loses
 * nothing, and a link to another form brings that one.
 */
export function useForm(): [Form, (change: Change) => void] {
  const search = useSearch({ from: "/launch" });
  const navigate = useNavigate({ from: "/launch" });
  const [form, change] = useReducer(reduce, search, first);
  const address = stringifySearch({ ...search });
  const own = useRef(address);

  // Another address than the one that this form wrote: someone asks for another form.
  useEffect(() => {
    if (address === own.current) return;
    own.current = address;
    change({ do: "take", form: first(search) });
  }, [address, search]);

  useEffect(() => {
    // A run that is to be copied is not yet in the form.
    if (search.from !== undefined && form === EMPTY) return;
    const said = addressOf(form);
    const isShort = stringifySearch({ ...said }).length <= MOST_CHARS;
    const next: Search = isShort
      ? said
      : { job: said.job, location: said.location, partition: said.partition };
    const text = stringifySearch({ ...next });
    keepWritten(text, form);
    if (text === own.current) return;
    own.current = text;
    void navigate({ search: next, replace: true });
  }, [form, navigate, search.from]);

  return [form, change];
}

function first(search: Search): Form {
  if (search.from !== undefined) return EMPTY;
  return writtenAt(stringifySearch({ ...search })) ?? formOf(search);
}
