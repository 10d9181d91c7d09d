import torch
import torch.nn.functional as F

# utility function we will use later when comparing manual gradients to PyTorch gradients
# (from Karpathy's makemore part 4)
def cmp(s, dt, t):
  ex = torch.all(dt == t.grad).item()
  app = torch.allclose(dt, t.grad)
  maxdiff = (dt - t.grad).abs().max().item()
  print(f'{s:15s} | exact: {str(ex):5s} | approximate: {str(app):5s} | maxdiff: {maxdiff}')

g = torch.Generator().manual_seed(2147483647) # for reproducibility
n_hidden = 16

W1 = torch.randn((1, n_hidden), generator=g)
b1 = torch.randn(n_hidden,      generator=g) * 0.1
W2 = torch.randn((n_hidden, 1), generator=g) * 0.5
b2 = torch.randn(1,             generator=g) * 0.1
xb = torch.randn((1, 1), generator=g)
yb = torch.randn((1, 1), generator=g)

parameters = [W1, b1, W2, b2, xb]
for p in parameters:
  p.requires_grad = True

# forward pass, "chunked" into smaller steps that are possible to backward one at a time
hpreact = xb @ W1 + b1
h = torch.relu(hpreact)
mlpout = h @ W2 + b2
yhat = mlpout + xb # skip
diff = yhat - yb
sq = diff**2
loss = 0.5 * sq.mean()

# PyTorch backward pass
for p in parameters:
  p.grad = None
for t in [sq, diff, yhat, mlpout, h, hpreact]:
  t.retain_grad()
loss.backward()

# manual backprop through the whole thing, one by one
dsq = 0.5 * torch.ones_like(sq)
ddiff = 2 * diff * dsq
dyhat = ddiff.clone()
dmlpout = dyhat.clone()
dxb = dyhat.clone()              # skip branch
dh = dmlpout @ W2.T
dW2 = h.T @ dmlpout
db2 = dmlpout.sum(0)
dhpreact = dh * (hpreact > 0)
dW1 = xb.T @ dhpreact
db1 = dhpreact.sum(0)
dxb += dhpreact @ W1.T           # second branch

cmp('sq', dsq, sq)
cmp('diff', ddiff, diff)
cmp('yhat', dyhat, yhat)
cmp('mlpout', dmlpout, mlpout)
cmp('h', dh, h)
cmp('W2', dW2, W2)
cmp('b2', db2, b2)
cmp('hpreact', dhpreact, hpreact)
cmp('W1', dW1, W1)
cmp('b1', db1, b1)
cmp('xb', dxb, xb)
