// Opens the contract in Swagger UI. Files are found beside this one, so that the page works below any path.
const contract = new URL("contract.json", document.currentScript.src).href;

/** Fills the id that a POST to a list just gave into the operations below that list. */
function passIdsOn() {
  const setResponse = (original, system) => (path, method, answer) => {
    original(path, method, answer);
    const id = answer.status === 201 ? answer.body?.id : undefined;
    if (id === undefined) return;
    const item = `${path}/{id}`;
    system.specSelectors.specJson().get("paths").forEach((operations, below) => {
      if (below !== item && !below.startsWith(`${item}/`)) return;
      operations.forEach((_, verb) => {
        system.specActions.changeParam([below, verb], "id", "path", String(id));
      });
    });
  };
  return { statePlugins: { spec: { wrapActions: { setResponse } } } };
}

/** Leaves out the address of the contract's copy for this page, and a choice between one server. */
function withoutAddresses() {
  return { components: { InfoUrl: () => null, ServersContainer: () => null } };
}

window.ui = SwaggerUIBundle({
  url: contract,
  dom_id: "#swagger-ui",
  deepLinking: true,
  showCommonExtensions: true,
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
  plugins: [passIdsOn, withoutAddresses],
});
