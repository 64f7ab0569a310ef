package postgres

import (
	"context"
	"database/sql"
	"log/slog"
	"sync"
	"time"
)

// widenAfter is the pause before twice as many connections are tried.
const widenAfter = 30 * time.Second

// width is the number of connections that the pool may open: DB_MAX_CONNS, or fewer while the server or a
// pooler gives fewer. Callers then wait for those.
type width struct {
	mu    sync.Mutex
	db    *sql.DB
	most  int
	now   int
	timer *time.Timer
}

// begin takes the pool over.
func (w *width) begin(db *sql.DB, most int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.db, w.most = db, most
	w.set(most)
}

func (w *width) set(n int) {
	w.now = n
	w.db.SetMaxOpenConns(n)
	w.db.SetMaxIdleConns(n) // the default of two would open a connection per statement under load
}

// narrow makes do with the open connections. It returns false if there are none.
func (w *width) narrow(ctx context.Context, log *slog.Logger, open int) bool {
	if open <= 0 {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.now == w.most {
		log.WarnContext(ctx, "PostgreSQL, or the pooler between, gives this process fewer connections than "+
			"DB_MAX_CONNS: requests wait for those; lower DB_MAX_CONNS, or raise what it gives",
			"connections", open, "DB_MAX_CONNS", w.most)
	}
	w.set(min(open, w.most))
	if w.timer != nil {
		w.timer.Stop()
	}
	w.timer = time.AfterFunc(widenAfter, w.widen)
	return true
}

// full reports whether the pool has as many connections as it may open.
func (w *width) full(open int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return open >= w.now
}

func (w *width) widen() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer == nil || w.now == w.most {
		return
	}
	w.set(min(2*w.now, w.most))
	w.timer = time.AfterFunc(widenAfter, w.widen)
}

func (w *width) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
}
