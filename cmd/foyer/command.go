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
	takes string                           // what its arguments are, for the help; empty: it takes none
	least int                              // how many arguments it needs
	most  int                              // how many it takes
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
		{name: "flow play", about: "play a flow in the terminal, as a caller would meet it", run: flowPlay, flags: playFlags, takes: "FILE|IVRID[@VERSION]", most: 1},
		{name: "flow check", about: "list the problems of flows; exit 1 when one of them is an error", run: flowCheck, flags: checkFlags, takes: "FILE|IVRID[@VERSION]…", least: 1, most: 1000},
		{name: "flow diff", about: "say how two flows differ; exit 1 when they do", run: flowDiff, flags: checkFlags, takes: "A B (each FILE|IVRID[@VERSION])", least: 2, most: 2},
		{name: "flow export", about: "write a flow as a file for git: one line for each of its parts", run: flowExport, flags: exportFlags, takes: "IVRID", least: 1, most: 1},
		{name: "flow import", about: "read a flow from a file into a draft, while no server runs", run: flowImport, flags: importFlags, takes: "FILE", least: 1, most: 1},
		{name: "session export", about: "write a session, live or past, as a walk that flow play --walk repeats", run: sessionExport, flags: outputFlag, takes: "SESSIONID", least: 1, most: 1},
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
	if len(args) > 0 && slices.ContainsFunc(verbs(), func(v verb) bool { return v.name == name+" "+args[0] }) {
		name, args = name+" "+args[0], args[1:]
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
	bad := c.parse(f, v, args)
	if errors.Is(bad, flag.ErrHelp) {
		f.SetOutput(errs)
		v.help(f, errs)
		return c, bad
	}
	faults := errors.Join(bad, c.fromFile(*file), c.fromEnv(os.Environ()), c.fromFlags(given))
	if bad != nil { // what came after it was not read, so nothing can be said of how the settings fit together
		return c, faults
	}
	return c, errors.Join(faults, c.check())
}

// parse reads flags and arguments, in any order.
func (c *Config) parse(f *flag.FlagSet, v verb, args []string) error {
	for {
		if err := f.Parse(args); err != nil {
			return err
		}
		if f.NArg() == 0 {
			break
		}
		if len(c.args) == v.most {
			if v.most == 0 {
				return fmt.Errorf("%s takes no argument %q", v.name, f.Arg(0))
			}
			return fmt.Errorf("%s takes %s; %q is too much", v.name, v.takes, f.Arg(0))
		}
		c.args, args = append(c.args, f.Arg(0)), f.Args()[1:]
	}
	if len(c.args) < v.least {
		return fmt.Errorf("%s needs %s", v.name, v.takes)
	}
	return nil
}

// help tells a verb's flags. Of one that works on files and flows the settings of a server are left out.
func (v verb) help(f *flag.FlagSet, errs io.Writer) {
	fmt.Fprintf(errs, "foyer %s [flags] %s\n%s\n", v.name, v.takes, v.about)
	c := defaults()
	own := flag.NewFlagSet(v.name, flag.ContinueOnError)
	own.SetOutput(errs)
	f.VisitAll(func(one *flag.Flag) {
		server := slices.ContainsFunc(c.settings(), func(s setting) bool {
			return s.key == strings.ReplaceAll(one.Name, "-", "_") && s.key != "data" && s.key != "database"
		})
		if v.takes == "" || !server {
			own.Var(one.Value, one.Name, one.Usage)
		}
	})
	own.PrintDefaults()
}

// usage prints the commands.
func usage(w io.Writer) {
	fmt.Fprintln(w, "foyer [command] [flags]")
	for _, v := range verbs() {
		fmt.Fprintf(w, "  %-15s %s\n", v.name, v.about)
	}
	fmt.Fprintln(w, "Every command says its flags with -h.")
}
