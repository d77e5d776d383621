"""Why a build that was, as a record has it, ran what it ran."""
