package bootstrap

// TracedDB shows the tests how pools are traced.
var TracedDB = tracedDB
