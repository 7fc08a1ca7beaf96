// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lightcone.testing.Await;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.Sequence;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;

/** Steers a world without a model in the real page, in a real browser. */
class PageTest {
    private static ChromeDriver browser;

    @TempDir
    private Path temp = Path.of("");

    private final FakeWorld world = FakeWorld.of("free");
    private final List<String> log = new CopyOnWriteArrayList<>();
    private PlayServer server;

    @BeforeAll
    static void openBrowser() {
        Optional<File> chromium = program("chromium", "chromium-browser", "google-chrome");
        Optional<File> driver = program("chromedriver");
        assumeTrue(
                chromium.isPresent() && driver.isPresent(),
                "the page is tested only where chromium and chromedriver are on the path");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--window-size=1100,1000");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driver.orElseThrow())
                        .build(),
                options);
    }

    private static Optional<File> program(String... names) {
        List<Path> folders = Arrays.stream(
                        Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        return Arrays.stream(names)
                .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
                .filter(Files::isExecutable)
                .map(Path::toFile)
                .findFirst();
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void open() {
        PlayOptions options = new PlayOptions("127.0.0.1", 0, 2, 0, temp.resolve("recordings"));
        server = PlayServer.start(options, List.of(world), log::add);
        browser.get(server.address() + "?seed=5");
        Await.until("a frame", () -> number() > 0);
    }

    @AfterEach
    void close() {
        server.close();
        List<LogEntry> severe = browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().equals(Level.SEVERE))
                .filter(entry -> !entry.getMessage().contains("ERR_CONNECTION")) // the server has just been closed
                .toList();
        assertThat(severe).isEmpty();
    }

    private static WebElement element(String id) {
        return browser.findElement(By.id(id));
    }

    private static String text(String id) {
        return element(id).getText();
    }

    /** Returns a byte of the picture on the page. */
    private static int shown(int index) {
        Number value = (Number) browser.executeScript(
                "return document.getElementById('dream').getContext('2d').getImageData("
                        + "Math.floor(arguments[0] / 3), 0, 1, 1).data[arguments[0] % 3]",
                index);
        return Objects.requireNonNull(value).intValue();
    }

    private static int number() {
        return shown(FakeWorld.NUMBER);
    }

    private static void awaitAction(String action) {
        Await.until(action, () -> shown(FakeWorld.ACTION) == FakeWorld.ACTIONS.indexOf(action));
        Await.until(action + " in words", () -> text("action").equals(action));
    }

    @Test
    void keysAndButtonsSteer() {
        awaitAction("stay");
        new Actions(browser).keyDown("w").perform();
        awaitAction("up");
        assertThat(browser.findElement(By.cssSelector("[data-action=up]")).getAttribute("class"))
                .contains("held");
        new Actions(browser).keyUp("w").keyDown(Keys.ARROW_DOWN).perform();
        awaitAction("down");
        new Actions(browser).keyUp(Keys.ARROW_DOWN).perform();
        awaitAction("stay");
        WebElement up = browser.findElement(By.cssSelector("[data-action=up]"));
        new Actions(browser).clickAndHold(up).perform();
        awaitAction("up");
        new Actions(browser).release().perform();
        awaitAction("stay");
        Await.until("a time from key to picture", () -> text("latency").endsWith("ms"));
    }

    /** Moves a finger from the middle of an element; it stays there for {@code held}, and is lifted at the end. */
    private static void swipe(WebElement element, int byX, int byY, Runnable held) {
        PointerInput finger = new PointerInput(PointerInput.Kind.TOUCH, "finger");
        Duration step = Duration.ofMillis(100);
        Sequence down = new Sequence(finger, 0)
                .addAction(finger.createPointerMove(Duration.ZERO, PointerInput.Origin.fromElement(element), 0, 0))
                .addAction(finger.createPointerDown(PointerInput.MouseButton.LEFT.asArg()));
        for (int i = 1; i <= 5; i++) {
            down.addAction(
                    finger.createPointerMove(step, PointerInput.Origin.fromElement(element), byX * i / 5, byY * i / 5));
        }
        browser.perform(List.of(down));
        held.run();
        browser.resetInputState();
    }

    private static long scrolled() {
        Number pixels = (Number) browser.executeScript("return Math.round(scrollY)");
        return Objects.requireNonNull(pixels).longValue();
    }

    @Test
    void buttonsThatAFingerHoldsSteer() {
        awaitAction("stay");
        for (String action : List.of("up", "down")) {
            swipe(browser.findElement(By.cssSelector("[data-action=" + action + "]")), 0, 0, () -> awaitAction(action));
            awaitAction("stay");
        }
    }

    /** On a phone the buttons are below the picture, and a finger has to reach them. */
    @Test
    void aFingerOnThePictureScrollsUnlessItPaints() {
        Dimension usual = browser.manage().window().getSize();
        browser.manage().window().setSize(new Dimension(500, 600));
        try {
            swipe(element("dream"), 0, -150, () -> {});
            Await.until("the buttons", () -> scrolled() > 50);

            browser.executeScript("scrollTo(0, 0); document.getElementById('colour').value = '#640000'");
            element("brush").click();
            browser.executeScript("scrollTo(0, 0)");
            int side = element("dream").getSize().getWidth();
            swipe(element("dream"), -side / 2 + 3, -side / 2 + 3, () -> {});
            Await.until("frames after the painted one", () -> number() > 100);
            assertThat(scrolled()).isZero();
        } finally {
            browser.manage().window().setSize(usual);
        }
    }

    @Test
    void pauseHoldsThePictureAndTheSpaceBarGoesOn() {
        element("pause").click();
        Await.until("paused", () -> text("status").equals("Paused"));
        int held = number();
        assertThat(text("pause")).isEqualTo("Play");
        new Actions(browser).sendKeys(" ").perform();
        Await.until("playing", () -> number() != held);
        assertThat(text("pause")).isEqualTo("Pause");
    }

    @Test
    void resetBeginsAnewFromTheSeedThatIsNamed() {
        assertThat(shown(FakeWorld.SEED)).isEqualTo(5);
        element("seed").clear();
        element("seed").sendKeys("9");
        element("reset").click();
        Await.until("another seed", () -> shown(FakeWorld.SEED) == 9);
    }

    @Test
    void updatesOfAFrameAreChosen() {
        assertThat(shown(FakeWorld.STEPS)).isEqualTo(4);
        new Select(element("steps")).selectByValue("2");
        Await.until("two updates", () -> shown(FakeWorld.STEPS) == 2);
    }

    /** A run may have any number of updates, and whoever tries another one wants it back. */
    @Test
    void theNumberOfUpdatesOfTheRunStaysAChoice() {
        try (PlayServer other = PlayServer.start(
                new PlayOptions("127.0.0.1", 0, 1, 0, temp.resolve("recordings")),
                List.of(FakeWorld.updated("careful", 20)),
                line -> {})) {
            browser.get(other.address().toString());
            Await.until("its own", () -> shown(FakeWorld.STEPS) == 20);
            new Select(element("steps")).selectByValue("4");
            Await.until("four updates", () -> shown(FakeWorld.STEPS) == 4);
            assertThat(text("steps").lines().map(String::strip)).containsExactly("1", "2", "4", "8", "20");
            new Select(element("steps")).selectByValue("20");
            Await.until("its own again", () -> shown(FakeWorld.STEPS) == 20);
        }
    }

    @Test
    void undoGoesBack() {
        Await.until("more frames than are undone", () -> Integer.parseInt(text("frame")) > 500);
        element("pause").click();
        Await.until("paused", () -> text("status").equals("Paused"));
        int before = number();
        element("undo").click();
        // By 300 frames and up to 50 more, of which the first byte of a picture knows the remainder.
        Await.until("an earlier picture", () -> {
            int back = Math.floorMod(before - number(), 256);
            return back >= 300 - 256 && back <= 360 - 256;
        });
    }

    @Test
    void whatIsPaintedGoesIntoThePast() {
        element("brush").click();
        browser.executeScript("document.getElementById('colour').value = '#640000'");
        WebElement picture = element("dream");
        int corner = picture.getSize().getWidth() / 2 - 2;
        new Actions(browser)
                .moveToElement(picture, -corner, -corner)
                .clickAndHold()
                .moveByOffset(3, 3)
                .release()
                .perform();
        // The fake counts on from the first byte of what it is shown.
        Await.until("frames after the painted one", () -> number() > 100);
    }

    @Test
    void whatIsPlayedIsRecorded() throws Exception {
        element("record").click();
        Await.until("recording", () -> text("note").startsWith("Recording"));
        int before = number();
        Await.until("some frames", () -> number() > before + 5 || number() < before);
        element("record").click();
        Await.until("recorded", () -> text("note").startsWith("Recorded"));
        try (Stream<Path> files = Files.list(temp.resolve("recordings"))) {
            assertThat(files.map(path -> path.getFileName().toString()).toList())
                    .anyMatch(name -> name.endsWith(".jsonl"))
                    .anyMatch(name -> !name.endsWith(".jsonl"));
        }
    }

    @Test
    void aConnectionThatIsLostIsTakenUpAgain() {
        int port = server.address().getPort();
        server.close();
        Await.until("a word about it", () -> text("status").equals("The session has ended; trying again …"));
        server = PlayServer.start(
                new PlayOptions("127.0.0.1", port, 2, 0, temp.resolve("recordings")), List.of(world), line -> {});
        Await.until("frames again", () -> text("status").isEmpty());
        int seen = number();
        Await.until("other frames", () -> number() != seen);
    }

    /** No frame answers a key that was pressed on a connection which has ended, or while there is none. */
    @Test
    void aKeyThatIsLostWithTheConnectionIsNotTimed() throws Exception {
        long away = 2_000;
        browser.executeScript("""
                const { send } = WebSocket.prototype;
                WebSocket.prototype.send = function (data) {
                  window.socket = this;
                  send.call(this, data);
                };
                """);
        element("pause").click();
        Await.until("paused", () -> text("status").equals("Paused"));
        new Actions(browser).keyDown("w").perform();
        browser.executeScript("window.socket.close()");
        Await.until(
                "no connection",
                () -> Objects.equals(
                        browser.executeScript("return window.socket.readyState === WebSocket.CLOSED"), true));
        Await.until("the session again", () -> text("status").equals("Paused"));
        Thread.sleep(away);
        new Actions(browser).keyUp("w").perform();
        element("pause").click();
        Await.until("frames", () -> text("status").isEmpty());
        new Actions(browser).keyDown("s").perform();
        awaitAction("down");
        Await.until("a time from key to picture", () -> text("latency").endsWith(" ms"));
        assertThat(Integer.parseInt(text("latency").replace(" ms", ""))).isLessThan((int) away);
        new Actions(browser).keyUp("s").perform();
    }

    @Test
    void whileTheModelLoadsThePageSaysSo() {
        CountDownLatch loaded = world.hold();
        browser.get(server.address() + "?seed=6");
        Await.until("a word about it", () -> text("curtain").equals("Loading free ..."));
        loaded.countDown();
        Await.until("frames", () -> shown(FakeWorld.SEED) == 6);
        assertThat(element("curtain").isDisplayed()).isFalse();
    }

    /** The next session would fail too, so the page does not begin one after the other. */
    @Test
    void aSessionThatFailsSaysWhy() throws Exception {
        world.breakDown();
        String why = "the fake has broken down; reload the page to try again";
        Await.until("a word about it", () -> text("curtain").equals(why));
        Thread.sleep(1_000); // in which the page would have tried again
        assertThat(text("curtain")).isEqualTo(why);
        assertThat(log).hasSize(1);
    }

    @Test
    void anImageGoesIntoThePast() throws Exception {
        BufferedImage image = new BufferedImage(FakeWorld.SIDE, FakeWorld.SIDE, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 200 << 16);
        Path file = temp.resolve("image.png");
        ImageIO.write(image, "png", file.toFile());
        element("pause").click();
        Await.until("paused", () -> text("status").equals("Paused"));
        element("image").sendKeys(file.toString());
        Await.until("the image", () -> number() == 200);

        browser.executeScript("""
                const canvas = document.createElement('canvas');
                canvas.width = canvas.height = arguments[0];
                const context = canvas.getContext('2d');
                context.fillStyle = '#640000';
                context.fillRect(0, 0, arguments[0], arguments[0]);
                canvas.toBlob((blob) => {
                  const dataTransfer = new DataTransfer();
                  dataTransfer.items.add(new File([blob], 'dropped.png', { type: 'image/png' }));
                  const dropped = new DragEvent('drop', { bubbles: true, dataTransfer });
                  document.getElementById('dream').dispatchEvent(dropped);
                });
                """, FakeWorld.SIDE);
        Await.until("the one that was dropped", () -> number() == 100);

        Path text = Files.writeString(temp.resolve("notes.png"), "no image");
        element("image").sendKeys(text.toString());
        Await.until("a word about it", () -> text("note").startsWith("notes.png is no image"));
    }

    @Test
    void theSimulatorIsBesideTheDream() {
        try (PlayServer simulated = PlayServer.start(
                new PlayOptions("127.0.0.1", 0, 1, 0, temp.resolve("recordings")),
                List.of(new TrueWorld()),
                line -> {})) {
            browser.get(simulated.address() + "?seed=3");
            Await.until("what both show", () -> text("dream-seen").startsWith("score "));
            assertThat(text("truth-seen")).startsWith("score ");
            assertThat(element("truth-view").isDisplayed()).isTrue();
            Await.until("frames per second", () -> text("rate").matches("\\d+\\.\\d"));
            Object same = browser.executeScript("""
                    const [dream, truth] = ['dream', 'truth'].map((id) => document.getElementById(id).toDataURL());
                    return dream === truth && dream.length > 200;
                    """);
            assertThat(same).isEqualTo(true);
        }
    }
}
