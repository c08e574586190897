package storage

import (
	"context"
	"database/sql"
	"sync"
)

// statementLimit bounds the statements that are kept prepared. There are some hundred; more means that a text is made
// up of values.
const statementLimit = 512

// pool reads, from several connections at once, by statements that are prepared when first used.
type pool struct {
	*sql.DB

	mu    sync.RWMutex
	stmts map[string]*sql.Stmt
}

func newPool(db *sql.DB) *pool { return &pool{DB: db, stmts: map[string]*sql.Stmt{}} }

// QueryContext is part of gorm's connection.
func (p *pool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return p.DB.QueryContext(ctx, query, args...)
	}
	return stmt.QueryContext(ctx, args...)
}

// statement gives the prepared statement of a query, or nil when too many are kept already.
func (p *pool) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	p.mu.RLock()
	stmt, ok := p.stmts[query]
	full := len(p.stmts) >= statementLimit
	p.mu.RUnlock()
	if ok || full {
		return stmt, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if stmt, ok := p.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := p.PrepareContext(ctx, query)
	if err == nil {
		p.stmts[query] = stmt
	}
	return stmt, err
}

// Close closes the statements and the connections.
func (p *pool) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for query, stmt := range p.stmts {
		_ = stmt.Close()
		delete(p.stmts, query)
	}
	return p.DB.Close()
}
