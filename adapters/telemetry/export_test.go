package telemetry

// TracedDB shows the tests how pools are traced.
var TracedDB = tracedDB
