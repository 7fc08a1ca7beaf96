@echo off
rem Lightcone's launcher for Windows: builds on first use and hands over.
setlocal
set "HOME_DIR=%~dp0"
set "JAR=%HOME_DIR%target\lightcone.jar"
if defined JAVA_HOME (set "JAVA=%JAVA_HOME%\bin\java") else (set "JAVA=java")
"%JAVA%" -version >nul 2>&1 || (echo lightcone: no Java found; install a JDK of at least 17, or set JAVA_HOME to one. 1>&2 & exit /b 2)
if not exist "%JAR%" (
    echo Building Lightcone ^(the first time this downloads some 250 MB^) ... 1>&2
    pushd "%HOME_DIR%"
    call mvn -q -B -ntp package -DskipTests %LIGHTCONE_MAVEN_ARGS% 1>&2 || (popd & echo lightcone: the build failed; see above. 1>&2 & exit /b 2)
    popd
)
"%JAVA%" -Xmx2g -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Djava.awt.headless=true %LIGHTCONE_JAVA_ARGS% -jar "%JAR%" %*
exit /b %ERRORLEVEL%
