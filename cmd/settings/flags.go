package settings

// SharedGroup is the group of the flags that several commands have.
const SharedGroup = "settings"

// RawServer are the settings of a server as they were given, by environment, .env file or flag: text that
// nobody has checked yet, because kong stops at the first bad value and people want to hear of all of them at
// once. The tags make the help.
type RawServer struct {
	RawShared
	Edge RawEdge `embed:""`
}

// RawWorkerProcess are the settings of a worker, as they were given.
type RawWorkerProcess struct {
	RawShared
	Worker RawWorker `embed:""`
}

// RawShared are the settings that servers and workers have in common, as they were given. In a command's
// help, the group SharedGroup stands apart from what is its own.
type RawShared struct {
	Store      RawStore      `embed:"" group:"settings"`
	Classifier RawClassifier `embed:"" group:"settings"`
	Price      RawPrice      `embed:"" group:"settings"`
	Review     RawReview     `embed:"" group:"settings"`
	Queue      RawQueue      `embed:"" group:"settings"`
	Events     RawEvents     `embed:"" group:"settings"`
	Telemetry  RawTelemetry  `embed:"" group:"settings"`
	Process    RawProcess    `embed:"" group:"settings"`
}

// RawStore says where tickets are kept.
type RawStore struct {
	DBURL      string `name:"db-url" env:"DB_URL" default:"sqlite://ticketd.db" placeholder:"URL" help:"Where tickets are kept: sqlite://relative.db, sqlite:///absolute.db, postgres://user:password@host:port/database (several hosts with commas), or libpq's key=value pairs. Default: ${default}."`
	DBReadURL  string `name:"db-read-url" env:"DB_READ_URL" placeholder:"URL" help:"Replicas of a PostgreSQL in DB_URL, in the same form, each host one: lists, search, statistics, exports and the log of events are read from those that have all that was written. Default: none."`
	DBMaxConns string `name:"db-max-conns" env:"DB_MAX_CONNS" placeholder:"N" help:"Connections to PostgreSQL at most, and to each replica, 1 to 1000. Default: 16, or connection_limit in DB_URL."`
	DBPooler   string `name:"db-pooler" env:"DB_POOLER" default:"auto" placeholder:"MODE" help:"What is between here and PostgreSQL: none (nothing, or a pooler in session mode), transaction (a pooler that gives sessions to others after each transaction: no statement is prepared), or auto, which finds out at the start. Default: ${default}."`
	DBBatch    string `name:"db-batch" env:"DB_BATCH" default:"true" placeholder:"BOOL" help:"Let requests that reach PostgreSQL at the same moment share statements and commits. Default: ${default}."`
	Migrate    string `name:"migrate" env:"MIGRATE" default:"true" placeholder:"BOOL" help:"Let a server, a worker or an import bring the database's schema up to date at the start. Default: ${default}."`
	Events     string `name:"events" env:"EVENTS" default:"true" placeholder:"BOOL" help:"Write what becomes of tickets into a log, which GET /events and webhooks tell. Default: ${default}."`
}

// RawClassifier says what classifies and how long it may take.
type RawClassifier struct {
	Classifier string `name:"ai-classifier" env:"AI_CLASSIFIER" default:"auto" placeholder:"NAME" help:"auto (openai if there is a key, else local), openai (a server without keys needs OPENAI_BASE_URL), local, or cascade (local first, openai only below CASCADE_THRESHOLD). Default: ${default}."`
	Threshold  string `name:"cascade-threshold" env:"CASCADE_THRESHOLD" default:"0.9" placeholder:"SHARE" help:"With cascade: the local classifier's confidence in the category below which the model is asked, 0 (never) to 1. Default: ${default}."`
	LocalModel string `name:"local-model" env:"LOCAL_MODEL" placeholder:"FILE" help:"A file from ticketd train that the local classifier uses. Default: what is built in."`
	APIKey     string `name:"openai-api-key" env:"OPENAI_API_KEY" placeholder:"KEY" help:"Key of the model's API. Without it the offline classifier works."`
	BaseURL    string `name:"openai-base-url" env:"OPENAI_BASE_URL" placeholder:"URL" help:"Any OpenAI-compatible server, with its path: http://localhost:11434/v1. Default: OpenAI."`
	Model      string `name:"ai-model" env:"AI_MODEL" default:"gpt-4o-mini" placeholder:"NAME" help:"The model to ask. Default: ${default}."`
	TimeoutMS  string `name:"ai-timeout-ms" env:"AI_TIMEOUT_MS" default:"8000" placeholder:"MS" help:"Milliseconds for a whole classification with all its attempts, in a worker for one attempt; 100 to 300000. Default: ${default}."`
	MaxOutput  string `name:"ai-max-output-tokens" env:"AI_MAX_OUTPUT_TOKENS" placeholder:"N" help:"Tokens an answer may take, thoughts included, 64 to 200000. Default: 2000, more for models that think longer."`
	Effort     string `name:"ai-reasoning-effort" env:"AI_REASONING_EFFORT" placeholder:"WORD" help:"How long a reasoning model thinks: none, minimal, low, medium, high, xhigh. Default: as it likes."`
	Headers    string `name:"ai-headers" env:"AI_HEADERS" placeholder:"LINES" help:"Headers for a gateway, sent with every call: 'name: value', one a line, or with \\n between them; \\\\n stands for \\n within a value, which may be empty. Secret."`
	WarmupMS   string `name:"ai-warmup-ms" env:"AI_WARMUP_MS" default:"120000" placeholder:"MS" help:"Milliseconds that a server behind OPENAI_BASE_URL may take to load its model; it is woken at the start and after a time-out, and no ticket waits for it. 0: never; at most 3600000. Default: ${default}."`
	Heal       string `name:"ai-heal" env:"AI_HEAL" default:"true" placeholder:"BOOL" help:"Classify fallbacks again by themselves once the model answers, if it was out of reach, too slow, throttled, or did not take the key; for 7 days, 3 times at most. Default: ${default}."`
	Redact     string `name:"ai-redact" env:"AI_REDACT" default:"true" placeholder:"BOOL" help:"Send no e-mail addresses, card numbers, IBANs, passwords and keys to the model, but placeholders. What is stored stays as sent. Default: ${default}."`
}

// RawPrice says what the model costs.
type RawPrice struct {
	Input  string `name:"ai-price-input-per-m" env:"AI_PRICE_INPUT_PER_M" placeholder:"USD" help:"What a million input tokens cost, for the estimate in the metrics. Default: unknown."`
	Output string `name:"ai-price-output-per-m" env:"AI_PRICE_OUTPUT_PER_M" placeholder:"USD" help:"What a million output tokens cost. Default: unknown."`
}

// RawReview says which verdicts a person should look at.
type RawReview struct {
	Threshold string `name:"review-threshold" env:"REVIEW_THRESHOLD" default:"0.7" placeholder:"SHARE" help:"A verdict with a confidence below it is marked for review, 0 to 1. Default: ${default}."`
	AuditRate string `name:"audit-rate" env:"AUDIT_RATE" default:"0.02" placeholder:"SHARE" help:"Share of verdicts marked for review whatever their confidence, 0 to 1. Default: ${default}."`
}

// RawQueue says whether tickets are classified by other processes and how they hear of them.
type RawQueue struct {
	UseQueue string `name:"use-queue" env:"USE_QUEUE" default:"false" placeholder:"BOOL" help:"Let ticketd worker processes classify, instead of the request. Needs REDIS_URL. Default: ${default}."`
	RawRedis
}

// RawRedis says where events and dead letters are kept.
type RawRedis struct {
	RedisURL    string `name:"redis-url" env:"REDIS_URL" placeholder:"URL" help:"redis://user:password@host:6379/0, rediss:// for TLS, unix:///path, redis+sentinel://host1:26379,host2:26379/MASTER/0, redis+cluster://host1:6379,host2:6379; with ?ca_file=, cert_file= and key_file=."`
	RedisPrefix string `name:"redis-prefix" env:"REDIS_PREFIX" placeholder:"TEXT" help:"What the names of all keys in Redis begin with, so that several installations can share one. Default: nothing."`
}

// RawWorker says how much a worker does.
type RawWorker struct {
	Concurrency string `name:"worker-concurrency" env:"WORKER_CONCURRENCY" default:"64" placeholder:"N" help:"Classifications in flight in one worker, 1 to 10000. Default: ${default}."`
	MaxAttempts string `name:"worker-max-attempts" env:"WORKER_MAX_ATTEMPTS" default:"5" placeholder:"N" help:"Calls of the model per ticket, 1 to 100; then the fallback. Default: ${default}."`
	Port        string `name:"worker-port" env:"WORKER_PORT" placeholder:"PORT" help:"Port for /healthz, /readyz and /metrics of the worker; 0 takes a free one. Default: none."`
}

// RawEdge says how requests are taken.
type RawEdge struct {
	Port            string `name:"port" env:"PORT" default:"3000" placeholder:"PORT" help:"Port to listen on; 0 takes a free one. Default: ${default}."`
	RateLimitWindow string `name:"rate-limit-window-ms" env:"RATE_LIMIT_WINDOW_MS" default:"900000" placeholder:"MS" help:"Length of the rate limit's window in milliseconds; 0 turns the limit off. Default: ${default}."`
	RateLimitMax    string `name:"rate-limit-max-requests" env:"RATE_LIMIT_MAX_REQUESTS" default:"100" placeholder:"N" help:"Requests per API key, else per client address, and window; 0 turns the limit off. Default: ${default}."`
	TrustedProxies  string `name:"trusted-proxies" env:"TRUSTED_PROXIES" placeholder:"LIST" help:"Addresses or networks, with commas, whose X-Forwarded-For tells the client's address, and X-Forwarded-Prefix the path below which they serve. Default: none."`
	Origins         string `name:"cors-origins" env:"CORS_ORIGINS" placeholder:"LIST" help:"Origins, with commas, whose pages may use the API in browsers: https://desk.example.com; * is all. Default: none."`
	APIKeys         string `name:"api-keys" env:"API_KEYS" placeholder:"LIST" help:"name:key, with commas. With any, everything but health, metrics and documentation needs Authorization: Bearer KEY. Default: none."`
	StopDelay       string `name:"shutdown-delay-ms" env:"SHUTDOWN_DELAY_MS" default:"0" placeholder:"MS" help:"Milliseconds at the end in which /readyz says 503 and requests are still taken, so that a load balancer goes elsewhere, 0 to 600000. Default: ${default}."`
	MetricsPublic   string `name:"metrics-public" env:"METRICS_PUBLIC" default:"true" placeholder:"BOOL" help:"Serve /metrics without a key. Default: ${default}."`
	Board           string `name:"board" env:"BOARD" default:"true" placeholder:"BOOL" help:"Serve the review board, a page for people, at /board. Default: ${default}."`
}

// RawEvents says how long events are kept and whom webhooks may reach.
type RawEvents struct {
	KeepDays      string `name:"events-keep-days" env:"EVENTS_KEEP_DAYS" default:"30" placeholder:"N" help:"Days that events and ended deliveries are kept, 7 to 3650. Default: ${default}."`
	AllowHTTP     string `name:"webhook-allow-http" env:"WEBHOOK_ALLOW_HTTP" default:"false" placeholder:"BOOL" help:"Let webhooks have http URLs: everybody on the way can read the tickets. Default: ${default}."`
	AllowNetworks string `name:"webhook-allow-networks" env:"WEBHOOK_ALLOW_NETWORKS" placeholder:"LIST" help:"Addresses or networks, with commas, that webhooks may reach though they are private: 10.20.0.0/16. Default: none."`
}

// RawProcess says how the process behaves.
type RawProcess struct {
	LogLevel        string `name:"log-level" env:"LOG_LEVEL" default:"info" placeholder:"LEVEL" help:"debug, info, warn or error. Default: ${default}."`
	ShutdownTimeout string `name:"shutdown-timeout-ms" env:"SHUTDOWN_TIMEOUT_MS" default:"30000" placeholder:"MS" help:"Milliseconds that what is in flight gets to finish at the end, 0 to 600000. Default: ${default}."`
	Profiles        string `name:"pprof" env:"PPROF" default:"false" placeholder:"BOOL" help:"Serve Go's profiles under /debug/pprof beside /metrics; of the server with a key if API_KEYS is set, of a worker without. Default: ${default}."`
}

// RawTelemetry are those of OpenTelemetry's standard variables that say whether and where spans are sent. The
// library itself reads the others: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER,
// OTEL_BSP_*, OTEL_EXPORTER_OTLP_HEADERS, …
type RawTelemetry struct {
	Endpoint       string `name:"otel-exporter-otlp-endpoint" env:"OTEL_EXPORTER_OTLP_ENDPOINT" placeholder:"URL" help:"Send traces to this collector, such as http://localhost:4318; /v1/traces is added. The other OTEL_ variables count too. Default: no traces."`
	TracesEndpoint string `name:"otel-exporter-otlp-traces-endpoint" env:"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" placeholder:"URL" help:"The same as a whole URL."`
	Protocol       string `name:"otel-exporter-otlp-protocol" env:"OTEL_EXPORTER_OTLP_PROTOCOL" placeholder:"NAME" help:"http/protobuf or http/json. Default: http/protobuf."`
	TracesProtocol string `name:"otel-exporter-otlp-traces-protocol" env:"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL" placeholder:"NAME" help:"The same, for traces."`
	Exporter       string `name:"otel-traces-exporter" env:"OTEL_TRACES_EXPORTER" placeholder:"NAME" help:"otlp, or none for no traces. Default: otlp."`
	Disabled       string `name:"otel-sdk-disabled" env:"OTEL_SDK_DISABLED" placeholder:"BOOL" help:"true: no traces. Default: false."`
}
