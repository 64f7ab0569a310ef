export * from "lit-html/lit-html.js";
