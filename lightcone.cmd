@echo off
rem Lightcone's launcher for Windows: builds on first use and hands over. After a change of the sources, build again by
rem deleting cli\target\lightcone.jar: unlike the shell's, cmd has no simple way to see which of two files is newer.
setlocal
set "HOME_DIR=%~dp0"
set "JAR=%HOME_DIR%cli\target\lightcone.jar"
set "NEEDED=install a JDK of at least 17, or set JAVA_HOME to one."

rem A JDK of at least 17. What Java says of itself goes through a file, because quotes within for /f are fragile.
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
set "SETTINGS=%TEMP%\lightcone-java-%RANDOM%.txt"
"%JAVA%" -XshowSettings:properties -version >"%SETTINGS%" 2>&1
if errorlevel 1 goto no_java
set "RELEASE=0"
for /f "tokens=3" %%v in ('findstr /c:"java.specification.version =" "%SETTINGS%"') do set "RELEASE=%%v"
del "%SETTINGS%" >nul 2>&1
if "%RELEASE:~0,2%"=="1." goto old_java
if %RELEASE% LSS 17 goto old_java

if exist "%JAR%" goto start
where mvn >nul 2>&1
if errorlevel 1 goto no_maven
echo Building Lightcone (the first time this downloads some 250 MB) ... 1>&2
pushd "%HOME_DIR%"
call mvn -q -B -ntp package -DskipTests %LIGHTCONE_MAVEN_ARGS% 1>&2
if errorlevel 1 goto no_build
popd

:start
rem Threads that wait for one another give up their core, as in the launcher of other systems.
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=passive"
rem Newer JDKs warn of what JavaCPP does; both are meant.
set "NATIVE="
if %RELEASE% GEQ 22 set "NATIVE=--enable-native-access=ALL-UNNAMED"
if %RELEASE% GEQ 23 set "NATIVE=%NATIVE% --sun-misc-unsafe-memory-access=allow"
"%JAVA%" %NATIVE% -Xmx2g -Djava.awt.headless=true %LIGHTCONE_JAVA_ARGS% -jar "%JAR%" %*
exit /b %ERRORLEVEL%

:no_java
del "%SETTINGS%" >nul 2>&1
echo lightcone: no Java found; %NEEDED% 1>&2
exit /b 2

:old_java
echo lightcone: Java %RELEASE% is too old; %NEEDED% 1>&2
exit /b 2

:no_maven
echo lightcone: Maven is needed to build; install it (3.8 or newer) and try again. 1>&2
exit /b 2

:no_build
popd
echo lightcone: the build failed; see above. 1>&2
exit /b 2
