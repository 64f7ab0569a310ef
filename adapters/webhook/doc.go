// Package webhook tells receivers of events, as the Standard Webhooks specification
// (https://www.standardwebhooks.com) has it. It expects the worst of them: they may lie inside this network,
// answer slowly, without end or not at all.
package webhook
