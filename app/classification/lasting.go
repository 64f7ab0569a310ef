package classification

import "context"

// lasting is a context with what ctx knows, such as whose request or trace it is, that outlives ctx and ends with life.
func lasting(ctx, life context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(life, cancel)
	return ctx, func() {
		stop()
		cancel()
	}
}
