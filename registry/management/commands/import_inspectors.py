from registry.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "导入检查人员名录（.xlsx、.xls、.csv）：全部行或一行也不写入"
    register = "inspectors"
