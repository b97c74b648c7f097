#pragma once
/// Nothing to call: linking this target makes libgit2 start without reading the system's certificates.
