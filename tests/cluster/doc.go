// Package cluster tests the whole program in company: PostgreSQL with standbys and poolers, Redis with
// Sentinel and as a cluster, networks that hang, several processes of which some are killed. Its tests start
// all servers themselves and take minutes, so they need a build tag and a step of .ci/run of their own:
//
//	go test -tags cluster ./tests/cluster
package cluster
