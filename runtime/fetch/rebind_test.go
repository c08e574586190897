package fetch

import (
	"context"
	"encoding/binary"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// nameServer answers every question for an address with the next of a list, over and over, and tells how often it was
// asked.
func nameServer(t *testing.T, asked *atomic.Int32, answers ...[4]byte) *net.Resolver {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := socket.ReadFrom(buf)
			if err != nil {
				return
			}
			socket.WriteTo(reply(buf[:n], func() [4]byte { return answers[int(asked.Add(1)-1)%len(answers)] }), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", socket.LocalAddr().String())
	}}
}

// reply writes a DNS message (RFC 1035 §4.1): the question again, and an A record when one was asked for.
func reply(query []byte, next func() [4]byte) []byte {
	end := 12
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	end += 5 // the root label, type and class
	out := append([]byte{}, query[:end]...)
	binary.BigEndian.PutUint16(out[2:], 0x8180) // an answer, without error
	clear(out[6:12])
	if binary.BigEndian.Uint16(query[end-4:]) != 1 {
		return out // no IPv6 address
	}
	out[7] = 1
	ip := next()
	out = append(out, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4) // the name of the question, type A, class IN, for 0 seconds
	return append(out, ip[:]...)
}

// neighbours listens at one port of two addresses of this machine. Linux answers to all of 127.0.0.0/8; elsewhere
// 127.0.0.2 has to be given to the loopback interface first.
func neighbours(t *testing.T) (outside, inside net.Listener, port string) {
	t.Helper()
	var fault error
	for range 20 { // the port may be taken at the other address
		var err error
		if outside, err = net.Listen("tcp", "127.0.0.2:0"); err != nil {
			t.Fatal("listening at 127.0.0.2, which must be an address of this machine: ", err)
		}
		_, port, _ = net.SplitHostPort(outside.Addr().String())
		if inside, fault = net.Listen("tcp", "127.0.0.1:"+port); fault == nil {
			return outside, inside, port
		}
		outside.Close()
	}
	t.Fatal(fault)
	return nil, nil, ""
}

// A name server that gives a good address first and an inner one afterwards leads nobody inside: what is judged is
// what is connected to.
func TestRebinding(t *testing.T) {
	var good, inner, asked atomic.Int32
	outside, inside, port := neighbours(t)
	for l, count := range map[net.Listener]*atomic.Int32{outside: &good, inside: &inner} {
		s := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			count.Add(1)
			w.Header().Set("Connection", "close")
		})}}
		s.Start()
		t.Cleanup(s.Close)
	}
	k := newTalk(t, "127.0.0.2") // stands for everybody's network
	k.resolve = nameServer(t, &asked, [4]byte{127, 0, 0, 2}, [4]byte{127, 0, 0, 1})
	var faults []string
	for range 6 {
		faults = append(faults, k.Try(t.Context(), get("http://rebind.example:"+port)).Fault)
	}
	if inner.Load() != 0 || good.Load() == 0 {
		t.Errorf("inside %d, outside %d times: %q", inner.Load(), good.Load(), faults)
	}
	for i, f := range faults {
		if f != "" && f != "refused" {
			t.Errorf("request %d: %s", i, f)
		}
	}
	if asked.Load() != 6 {
		t.Errorf("the name server was asked %d times for 6 connections", asked.Load())
	}
}

// A name that means this machine is refused whatever it is called, and reached where the operator allows the name.
func TestInnerNames(t *testing.T) {
	var asked atomic.Int32
	url := serve(t, func(http.ResponseWriter, *http.Request) {})
	_, port, _ := net.SplitHostPort(url[len("http://"):])
	k := newTalk(t)
	k.resolve = nameServer(t, &asked, [4]byte{127, 0, 0, 1})
	if reply := k.Try(t.Context(), get("http://crm.example:"+port)); reply.Fault != "refused" {
		t.Errorf("%+v", reply)
	}
	k = newTalk(t, "crm.example")
	k.resolve = nameServer(t, &asked, [4]byte{127, 0, 0, 1})
	if reply := k.Try(t.Context(), get("http://CRM.example:"+port)); reply.Status != 200 {
		t.Errorf("allowed by name: %+v", reply)
	}
	if reply := k.Try(t.Context(), get("http://crm.example.evil:"+port)); reply.Fault != "refused" {
		t.Errorf("another name: %+v", reply)
	}
}
