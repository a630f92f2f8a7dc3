import type { ComponentPropsWithoutRef } from "react";
import ReactMarkdown, { defaultUrlTransform } from "react-markdown";
import remarkGfm from "remark-gfm";
import { httpAddress } from "./facts";
import styles from "./Markdown.module.css";

const PICTURE = /^data:image\/(png|jpeg|gif|webp);base64,[a-z0-9+/=\s]*$/i;
const PLUGINS = [remarkGfm];
const COMPONENTS = { a: MarkdownLink, img: MarkdownPicture };

/** Loaded when there is Markdown to show. Raw HTML in it is shown as text. */
export default function Markdown({ text }: { text: string }) {
  return (
    <div className={styles.markdown}>
      <ReactMarkdown remarkPlugins={PLUGINS} components={COMPONENTS} urlTransform={safe}>
        {text}
      </ReactMarkdown>
    </div>
  );
}

function safe(url: string): string {
  return PICTURE.test(url) ? url : defaultUrlTransform(url);
}

function MarkdownLink({ href, children }: ComponentPropsWithoutRef<"a">) {
  const address = href === undefined ? null : httpAddress(href);
  if (address === null) return <span>{children}</span>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

/** A picture that the text itself holds; one from elsewhere would tell others who looks at it. */
function MarkdownPicture({ src, alt }: ComponentPropsWithoutRef<"img">) {
  if (typeof src === "string" && PICTURE.test(src)) return <img src={src} alt={alt ?? ""} />;
  const address = typeof src === "string" ? httpAddress(src) : null;
  if (address === null) return <span>{alt}</span>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer">
      {alt || address}
    </a>
  );
}
