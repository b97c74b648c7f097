#pragma once
/// Nothing to call: linking this target leaves libgit2's transports, and the libraries that only they need, behind.
