// Package classification gets tickets classified: attempts and their retries, the end of a round, the
// throttle, the cascade, in the request or by a worker, and the healing of what failed.
package classification
