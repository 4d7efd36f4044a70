"""The second front-end: the command line. One file per subcommand; all talk to the router in commands and events."""
