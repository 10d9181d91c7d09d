import torch

torch.manual_seed(6)

h = 5
x = torch.randn(1, requires_grad=True)
y = torch.randn(1)
w1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
w2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)

z = w1.matmul(x) + b1
a = z.relu()
pred = w2.matmul(a) + b2 + x
loss = (pred - y).pow(2).mul(0.5)
loss.backward()

x_, w1_, w2_, a_, z_ = x.data, w1.data, w2.data, a.data, z.data
e = pred.data - y
m = (z_ > 0).float()

dw2 = e * a_.view(1, -1)
db2 = e
dz = e * w2_ * m              # 1 x h
dw1 = dz * x_                 # 1 x h
db1 = dz.view(-1)
dx = e + (dz @ w1_).view(-1)

print('dw2', (dw2 - w2.grad).abs().max())
print('db2', (db2 - b2.grad).abs().max())
print('dw1', (dw1 - w1.grad).abs().max())
print('db1', (db1 - b1.grad).abs().max())
print('dx ', (dx - x.grad).abs().max())
