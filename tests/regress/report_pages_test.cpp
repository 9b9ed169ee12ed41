// SPDX-License-Identifier: Apache-2.0
// Pages of every kind in a real browser (headless Chromium): nothing fails, nothing is loaded, nothing is wider than a
// phone, in light and in dark, with and without scripts. Skipped where there is no Chromium.
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/program.hpp"

namespace {
namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string source = SINEW_SOURCE_DIR;
constexpr std::array<const char*, 2> browsers{"chromium-headless-shell", "chromium"};

std::optional<std::string> browser_path() {
    const char* path = getenv("PATH");
    std::string folders = path == nullptr ? "/usr/bin" : path;
    for (const char* name : browsers)
        for (std::size_t begin = 0; begin <= folders.size();) {
            const std::size_t end = std::min(folders.find(':', begin), folders.size());
            const std::string file = folders.substr(begin, end - begin) + "/" + name;
            if (access(file.c_str(), X_OK) == 0) return file;
            begin = end + 1;
        }
    return std::nullopt;
}

/// A browser that is told what to do through pipes, in the DevTools protocol: messages of JSON, each ended by a 0.
class Browser {
  public:
    explicit Browser(const std::string& path)
        : profile_(fs::temp_directory_path() / ("sinew_browser_" + std::to_string(getpid()))) {
        std::array<int, 2> down{};
        std::array<int, 2> up{};
        if (pipe2(down.data(), O_CLOEXEC) != 0 || pipe2(up.data(), O_CLOEXEC) != 0)
            throw std::runtime_error("no pipes");
        const std::string profile = "--user-data-dir=" + profile_.string();
        process_ = fork();
        if (process_ == 0) {
            // Out of the way of 3 and 4 first.
            const int reads = fcntl(down[0], F_DUPFD, 10);
            const int writes = fcntl(up[1], F_DUPFD, 10);
            dup2(reads, 3);
            dup2(writes, 4);
            const int nothing = open("/dev/null", O_RDWR);
            for (const int stream : {0, 1, 2}) dup2(nothing, stream);
            execl(path.c_str(), path.c_str(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                  "--hide-scrollbars", "--remote-debugging-pipe", profile.c_str(), "about:blank", nullptr);
            _exit(127);
        }
        close(down[0]);
        close(up[1]);
        to_ = down[1];
        from_ = up[0];
    }
    Browser(const Browser&) = delete;
    Browser& operator=(const Browser&) = delete;
    ~Browser() {
        close(to_);
        close(from_);
        kill(process_, SIGTERM);
        for (int i = 0; i < 50 && waitpid(process_, nullptr, WNOHANG) == 0; ++i) usleep(100'000);
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
        std::error_code ignored;
        fs::remove_all(profile_, ignored);
    }

    /// The result of a command; throws std::runtime_error where the browser says that it failed, or nothing in time.
    Json call(const std::string& method, Json parameters = Json::object()) {
        Json message{{"id", ++last_}, {"method", method}, {"params", std::move(parameters)}};
        if (!session_.empty()) message["sessionId"] = session_;
        const std::string text = message.dump() + '\0';
        for (std::size_t sent = 0; sent < text.size();) {
            const ssize_t now = write(to_, text.data() + sent, text.size() - sent);
            if (now <= 0) throw std::runtime_error("the browser has gone");
            sent += static_cast<std::size_t>(now);
        }
        for (;;) {
            Json answer = receive();
            if (answer.value("id", 0) != last_) {
                events_.push_back(std::move(answer));
                continue;
            }
            if (answer.contains("error")) throw std::runtime_error(method + ": " + answer["error"].dump());
            return answer["result"];
        }
    }
    void wait_for(const std::string& event) {
        for (std::size_t seen = 0;;) {
            for (; seen < events_.size(); ++seen)
                if (events_[seen].value("method", "") == event) return;
            events_.push_back(receive());
        }
    }

    void begin_tab() {
        session_.clear();
        const Json target = call("Target.createTarget", {{"url", "about:blank"}});
        session_ = call("Target.attachToTarget", {{"targetId", target["targetId"]}, {"flatten", true}})["sessionId"];
        for (const char* domain : {"Page", "Network", "Log", "Runtime"}) call(std::string(domain) + ".enable");
    }
    void open_page(const fs::path& file) {
        events_.clear();
        call("Page.navigate", {{"url", "file://" + file.string()}});
        wait_for("Page.loadEventFired");
    }
    Json value(const std::string& expression) {
        const Json result = call("Runtime.evaluate", {{"expression", expression}, {"returnByValue", true}});
        if (result.contains("exceptionDetails")) throw std::runtime_error(result["exceptionDetails"].dump());
        return result["result"].value("value", Json());
    }
    const std::vector<Json>& events() const { return events_; }

  private:
    Json receive() {
        constexpr int patience = 60'000;  // milliseconds: the machine may be busy
        std::size_t end = read_.find('\0');
        while (end == std::string::npos) {
            pollfd ready{from_, POLLIN, 0};
            std::array<char, 65536> bytes{};
            if (poll(&ready, 1, patience) <= 0) throw std::runtime_error("the browser does not answer");
            const ssize_t count = read(from_, bytes.data(), bytes.size());
            if (count <= 0) throw std::runtime_error("the browser has gone");
            read_.append(bytes.data(), static_cast<std::size_t>(count));
            end = read_.find('\0');
        }
        Json message = Json::parse(read_.substr(0, end));
        read_.erase(0, end + 1);
        return message;
    }

    fs::path profile_;
    pid_t process_ = -1;
    int to_ = -1;
    int from_ = -1;
    int last_ = 0;
    std::string session_;
    std::string read_;
    std::vector<Json> events_;
};

/// Errors and warnings of the console, exceptions, violations of the page's own policy, and requests beside the page.
std::vector<std::string> complaints(const Browser& browser) {
    std::vector<std::string> found;
    for (const Json& event : browser.events()) {
        const std::string method = event.value("method", "");
        if (method == "Log.entryAdded" || method == "Runtime.exceptionThrown" || method == "Runtime.consoleAPICalled")
            found.push_back(event["params"].dump());
        if (method != "Network.requestWillBeSent") continue;
        const std::string url = event["params"]["request"]["url"];
        if (!url.starts_with("data:") && event["params"].value("type", "") != "Document")
            found.push_back("loads " + url);
    }
    return found;
}

class ReportPages : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder_ = fs::temp_directory_path() / ("sinew_pages_" + std::to_string(getpid()));
        fs::create_directories(folder_);
        const std::string inputs = source + "/inputs/";
        make("verify_sat", {"verify", inputs + "dnn/loan.dnn"});
        make("verify_unsat", {"verify", inputs + "dnn/two_by_two.dnn"});
        make("verify_smooth", {"verify", inputs + "dnn/pendulum_controller.dnn"});
        make("optimize", {"optimize", inputs + "dnn/best_price.dnn"});
        make("solve", {"solve", inputs + "cnf/pigeons_3_in_2.cnf"});
        make("certify", {"certify", inputs + "bnn/strokes.bnn", inputs + "bnn/strokes.csv", "--flips", "2"});
        make("certify_minimal",
             {"certify", inputs + "bnn/strokes.bnn", inputs + "bnn/strokes.csv", "--minimal", "--norm", "0"});
        make("evaluate", {"evaluate", inputs + "bnn/strokes.bnn", inputs + "bnn/strokes.csv", "--epsilon", "1"});
        make_train();
        make_large();
        std::vector<std::string> all{SINEW_PROGRAM, "report"};
        for (const fs::path& page : pages_) all.push_back(page.string().substr(0, page.string().size() - 4) + "json");
        const fs::path compared = folder_ / "compared.html";
        all.insert(all.end(), {"--out", compared.string()});
        const support::ProgramResult result = support::run_program(all);
        EXPECT_EQ(result.exit_status, 0) << result.errors;
        pages_.push_back(compared);
    }
    static void TearDownTestSuite() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    static void make(const std::string& name, std::vector<std::string> words) {
        const fs::path page = folder_ / (name + ".html");
        words.insert(words.begin(), SINEW_PROGRAM);
        words.insert(words.end(), {"--report", page.string(), "--json=" + (folder_ / (name + ".json")).string()});
        const support::ProgramResult result = support::run_program(words);
        EXPECT_TRUE(fs::exists(page)) << name << ": " << result.errors;
        pages_.push_back(page);
    }
    static void make_train() {
        const fs::path table = folder_ / "table.csv";
        std::ofstream out(table);
        out << "age,</script><b>,verdict\n";
        for (int row = 0; row < 40; ++row)
            out << row << ',' << row * 7 % 11 << ',' << (row * 7 % 11 > 4 ? "good & <b>" : "bad") << '\n';
        out.close();
        make("train", {"train", table.string(), "--label", "verdict", "--layers", "2", "--split", "0.25", "--rho",
                       "0.8", "--timeout", "5"});
    }
    /// As many rows as a page has no room for.
    static void make_large() {
        Json json = Json::parse(std::ifstream(folder_ / "certify.json"));
        const Json examples = json["examples"];
        for (int row = static_cast<int>(examples.size()); row < 10000; ++row) {
            Json example = examples[static_cast<std::size_t>(row) % examples.size()];
            example["row"] = row;
            example["seconds"] = 1e-4 * (row * 7919 % 10007);
            json["examples"].push_back(example);
        }
        std::ofstream(folder_ / "large.json") << json;
        const fs::path page = folder_ / "large.html";
        const support::ProgramResult result =
            support::run_program({SINEW_PROGRAM, "report", (folder_ / "large.json").string(), "--out", page.string()});
        EXPECT_EQ(result.exit_status, 0) << result.errors;
        EXPECT_LT(fs::file_size(page), 1'000'000U);
        pages_.push_back(page);
    }

    void SetUp() override {
        const std::optional<std::string> path = browser_path();
        if (!path) GTEST_SKIP() << "skipped: no chromium-headless-shell and no chromium";
        browser_.emplace(*path);
        browser_->begin_tab();
    }

    static fs::path folder_;
    static std::vector<fs::path> pages_;
    std::optional<Browser> browser_;
};
fs::path ReportPages::folder_;
std::vector<fs::path> ReportPages::pages_;

TEST_F(ReportPages, nothing_fails_and_nothing_is_loaded) {
    for (const fs::path& page : pages_) {
        SCOPED_TRACE(page.filename());
        browser_->open_page(page);
        EXPECT_EQ(complaints(*browser_), std::vector<std::string>());
        EXPECT_EQ(browser_->value("document.querySelectorAll('h1').length"), 1);
        EXPECT_TRUE(browser_->value("[...document.images].every(i => i.complete && i.naturalWidth > 0)").get<bool>());
        EXPECT_TRUE(browser_
                        ->value("[...document.querySelectorAll('script[type=\"application/json\"]')].every(s => "
                                "JSON.parse(s.textContent).kind)")
                        .get<bool>());
        // Names are text wherever they stand.
        EXPECT_EQ(browser_->value("document.querySelectorAll('bdi *').length"), 0);
    }
}

TEST_F(ReportPages, no_page_is_wider_than_a_phone) {
    for (const int width : {320, 390, 1280}) {
        browser_->call("Emulation.setDeviceMetricsOverride",
                       {{"width", width}, {"height", 844}, {"deviceScaleFactor", 1}, {"mobile", width < 600}});
        for (const fs::path& page : pages_) {
            SCOPED_TRACE(page.filename().string() + " at " + std::to_string(width));
            browser_->open_page(page);
            EXPECT_EQ(browser_->value("document.documentElement.scrollWidth"), width);
        }
    }
}

/// Of texts on the ground behind them: the least contrast by the Web Content Accessibility Guidelines, and where it is.
constexpr const char* least_contrast = R"js((() => {
  const numbers = c => (c.match(/[\d.]+/g) || []).map(Number);
  const light = c => { const f = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 };
    return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]) };
  const over = (top, below) => { const a = top.length > 3 ? top[3] : 1; return [0, 1, 2].map(i => a * top[i] + (1 - a) * below[i]) };
  const ground = e => { const own = numbers(getComputedStyle(e).backgroundColor);
    const below = () => e.parentElement ? ground(e.parentElement) : [255, 255, 255];
    return own.length > 3 && own[3] < 1 ? over(own, below()) : own.length ? own : below() };
  let worst = [21, ''];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || /SCRIPT|STYLE/.test(e.tagName) || e.closest('.skip') || !e.getClientRects().length) continue;
    const style = getComputedStyle(e), colour = e.closest('svg') ? style.fill : style.color;
    const a = light(over(numbers(colour), ground(e))), b = light(ground(e));
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < worst[0]) worst = [contrast, e.outerHTML.slice(0, 200)];
  }
  return worst })())js";

TEST_F(ReportPages, texts_stand_out_in_light_and_dark) {
    for (const char* scheme : {"light", "dark"}) {
        browser_->call("Emulation.setEmulatedMedia",
                       {{"features", Json::array({{{"name", "prefers-color-scheme"}, {"value", scheme}}})}});
        for (const fs::path& page : pages_) {
            if (page.filename() == "large.html") continue;  // the same again and again
            SCOPED_TRACE(page.filename().string() + " " + scheme);
            browser_->open_page(page);
            const Json worst = browser_->value(least_contrast);
            EXPECT_GE(worst[0].get<double>(), 4.5) << worst[1];
        }
    }
}

TEST_F(ReportPages, the_table_sorts) {
    browser_->open_page(folder_ / "large.html");
    const char* const click =
        "[...document.querySelectorAll('table.sorts th button')].find(b => b.textContent === 'seconds').click()";
    const char* const is_sorted =
        "(() => { const v = [...document.querySelector('table.sorts').tBodies[0].rows].map(r => "
        "Number(r.lastElementChild.dataset.v));"
        "return [v.length > 500, v.every((x, i) => i === 0 || v[i - 1] <= x), v.every((x, i) => i === 0 || v[i - 1] >= "
        "x)] })()";
    EXPECT_EQ(browser_->value(is_sorted), Json::parse("[true, false, false]"));
    browser_->value(click);
    EXPECT_EQ(browser_->value(is_sorted), Json::parse("[true, true, false]"));
    browser_->value(click);
    EXPECT_EQ(browser_->value(is_sorted), Json::parse("[true, false, true]"));
    EXPECT_EQ(complaints(*browser_), std::vector<std::string>());
}

TEST_F(ReportPages, are_whole_without_scripts_and_on_paper) {
    browser_->open_page(folder_ / "certify.html");
    const Json with = browser_->value("document.querySelector('main').textContent.replaceAll('Copy', '').length");
    const Json printed = browser_->call("Page.printToPDF", {{"preferCSSPageSize", true}});
    EXPECT_GT(printed["data"].get<std::string>().size(), 10000U);
    browser_->call("Emulation.setScriptExecutionDisabled", {{"value", true}});
    browser_->open_page(folder_ / "certify.html");
    EXPECT_EQ(complaints(*browser_), std::vector<std::string>());
    browser_->call("Emulation.setScriptExecutionDisabled", {{"value", false}});
    EXPECT_EQ(browser_->value("document.querySelector('main').textContent.length"), with);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
