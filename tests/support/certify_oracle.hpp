// Certification against enumeration: one random question after the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace support {

struct OracleCase {
    /// What sinew and the enumeration disagree on; absent: nothing.
    std::optional<std::string> disagreement;
    std::string verdict;  ///< of sinew, e.g. "falsified by attack"
};

/// The question that `seed` stands for: a random network with at most `most_inputs` inputs, an example, a perturbation
/// of any norm; its verdict and, over whole-number inputs, the least distance in all four norms.
OracleCase ask_certification(std::uint64_t seed, std::size_t most_inputs);

}  // namespace support
