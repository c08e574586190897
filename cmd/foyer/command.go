package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// verb is one thing the binary does, by the first word of its command line.
type verb struct {
	name  string
	about string
	run   func(ctx context.Context, c Config, out, errs io.Writer) error
	flags func(f *flag.FlagSet, c *Config) // flags beyond the settings; nil when none
}

// verbs lists what the binary does, in the order of the help.
func verbs() []verb {
	return []verb{
		{name: "serve", about: "run the server (the default)", run: serve},
		{name: "demo", about: "run a filled server in a data folder of its own", run: demo, flags: demoFlags},
		{name: "migrate", about: "bring the database to this version and stop", run: migrateOnly},
		{name: "admin", about: "print a new one-time link for the administrator", run: adminLink},
		{name: "config", about: "print every setting, its value and where it comes from", run: printConfig},
		{name: "version", about: "print the version", run: printVersion},
	}
}

// command reads the command line, settles the configuration and runs one verb.
func command(ctx context.Context, args []string, out, errs io.Writer) error {
	name := "serve"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	if name == "help" {
		usage(out)
		return nil
	}
	i := slices.IndexFunc(verbs(), func(v verb) bool { return v.name == name })
	if i < 0 {
		usage(errs)
		return fmt.Errorf("there is no command %q", name)
	}
	v := verbs()[i]
	c, err := settle(v, args, errs)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	return v.run(ctx, c, out, errs)
}

// settle joins defaults, file, environment and flags, and reports all their faults together.
func settle(v verb, args []string, errs io.Writer) (Config, error) {
	c := defaults()
	if v.name == "demo" {
		c.Data, c.Dev = "./demo", true
		c.origin["data"], c.origin["dev"] = "demo", "demo"
	}
	f := flag.NewFlagSet("foyer "+v.name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	file := f.String("config", os.Getenv("FOYER_CONFIG"), "read settings from this TOML file")
	given := c.flags(f)
	if v.flags != nil {
		v.flags(f, &c)
	}
	bad := f.Parse(args)
	switch {
	case errors.Is(bad, flag.ErrHelp):
		f.SetOutput(errs)
		f.Usage()
		return c, bad
	case bad == nil && f.NArg() > 0:
		bad = fmt.Errorf("%s takes no argument %q", v.name, f.Arg(0))
	}
	faults := errors.Join(bad, c.fromFile(*file), c.fromEnv(os.Environ()), c.fromFlags(given))
	if bad != nil { // what came after it was not read, so nothing can be said of how the settings fit together
		return c, faults
	}
	return c, errors.Join(faults, c.check())
}

// usage prints the commands.
func usage(w io.Writer) {
	fmt.Fprintln(w, "foyer [command] [flags]")
	for _, v := range verbs() {
		fmt.Fprintf(w, "  %-9s %s\n", v.name, v.about)
	}
	fmt.Fprintln(w, "Every command says its flags with -h.")
}
