from registry.import_command import ImportCommand


class Command(ImportCommand):
    help = "导入名录（.xlsx）：全部行或一行也不写入"
    register = "inspectors"
