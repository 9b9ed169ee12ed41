#include "oracle/askers.hpp"

#include <string>

#include "base/error.hpp"
#include "oracle/reference_search.hpp"

namespace sinew::oracle {

std::vector<Asker> reference_askers(double seconds) {
    const auto with = [=](search::Purpose purpose) {
        return [=](const Sketch& sketch) { return reference_search(sketch, purpose, seconds); };
    };
    return {{"reference", with(search::Purpose::search)}, {"reference textbook", with(search::Purpose::textbook)}};
}

std::vector<Asker> askers_named(std::string_view list, std::uint64_t seed, double seconds) {
    static_cast<void>(seed);
    std::vector<Asker> all;
    while (!list.empty()) {
        const std::string_view name = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), name.size() + 1));
        std::vector<Asker> some;
        if (name == "reference")
            some = reference_askers(seconds);
        else
            throw UsageError("nobody to ask is called " + std::string(name));
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

}  // namespace sinew::oracle
