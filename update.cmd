@echo off
rem Windows: drop the folder of the installed workbench on this file to bring it to this bundle's state.
rem In the installed folder, "update.cmd --back" goes back to the state before. See docs\offline-bundle.md.
setlocal EnableExtensions
chcp 65001 >nul
set "PYTHONUTF8=1"
set "HERE=%~dp0"
if "%~1"=="" (
    echo Dùng: kéo thư mục đã cài thả lên update.cmd, hoặc: update.cmd --back
    pause
    exit /b 2
)
set "HERE=%HERE:~0,-1%"
set "INSTALLED=%~f1"
set "WHAT=--bundle "%HERE%""
if /i "%~1"=="--back" set "INSTALLED=%HERE%"
if /i "%~1"=="--back" set "WHAT=--back"
rem a stroke before the closing quote would belong to the name
if "%INSTALLED:~-1%"=="\" set "INSTALLED=%INSTALLED:~0,-1%"
rem the Python that the installed environment was made from runs a copy: the environment is moved away under it
set "BASE="
if exist "%INSTALLED%\.venv\pyvenv.cfg" for /f "usebackq tokens=1,* delims== " %%a in ("%INSTALLED%\.venv\pyvenv.cfg") do (
    if /i "%%a"=="home" set "BASE=%%b\python.exe"
)
if not defined BASE (
    echo LỖI: "%INSTALLED%" không phải thư mục đã cài chương trình.
    pause
    exit /b 1
)
copy /y "%HERE%\scripts\update.py" "%TEMP%\so-ho-tich-update.py" >nul
cd /d "%TEMP%"
rem one line: when going back this very file is another one afterwards, and cmd reads a file line by line
"%BASE%" "%TEMP%\so-ho-tich-update.py" --installed "%INSTALLED%" %WHAT% & if errorlevel 1 (pause & exit /b 1) else (pause & exit /b 0)
